"""`wideband import`: a file of somebody's results becomes part of a study, which Snakemake then computes."""

import argparse
from pathlib import Path
from typing import Any

import yaml

from ..config.imports import TEXTS, Import
from ..config.load import STUDIES, load_study
from ..config.names import checked_name
from ..config.strict_yaml import read_yaml
from ..errors import WidebandError
from ..importers import read_tables
from ..importers.detect import described, detect
from ..provenance.atomic import write_text

MARK = "# Written by `wideband import`, which also adds to it; comments do not survive the next import."
FORMATS = ("counts", "metrics", *TEXTS)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path, help="results: .jsonl or .json")
    parser.add_argument("--study", required=True, help="name of the study; it is made when there is none")
    parser.add_argument("--arm", required=True, help="whose results these are, such as the system's name")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--benchmark", help="what they were measured on")
    place.add_argument("--pool", help="the pool they classify, to get its variance band")
    parser.add_argument("--format", choices=FORMATS, help="told by the file's fields when left out")
    parser.add_argument(
        "--where", metavar="FIELD=VALUE", action="append", default=[], help="take these rows only"
    )
    parser.add_argument("--uid", help="pattern of a row's problem id, such as aime{year}_{problem_idx}")
    parser.add_argument("--verdict", help="of lm_eval and inspect: the metric or scorer that is the verdict")
    parser.add_argument("--grader", choices=("theirs", "ours"), default="theirs", help="whose verdicts count")
    parser.add_argument("--scaffold", default="plain", help="how completions are read (default: plain)")
    parser.add_argument("--licence", default="not stated", help="licence of the file")


def run(args: argparse.Namespace) -> int:
    """Read the file, add it to the study's file, say how to go on. Names are checked first."""
    checked_name("study", args.study, "--study")
    checked_name("arm", args.arm, "--arm")
    checked_name("slice", args.benchmark or args.pool, "--benchmark" if args.benchmark else "--pool")
    path = STUDIES / f"{args.study}.yaml"
    content = _study(path, args)
    entry, rollouts = _entry(args, content["imports"]["root"])
    _add(content, args, entry)
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    write_text(path, f"{MARK}\n{yaml.safe_dump(content, sort_keys=False, allow_unicode=True)}")
    try:
        load_study(args.study)
    except WidebandError:
        path.unlink() if before is None else write_text(path, before)
        raise
    where = args.benchmark or args.pool
    print(f"{args.file}: {entry.format} of {args.arm} on {where}: {rollouts}; added to {path}")
    print(f"next: snakemake --cores all --config study={args.study}")
    return 0


def _study(path: Path, args: argparse.Namespace) -> dict[str, Any]:
    """The study's document, or the beginning of one."""
    if not path.is_file():
        root = str(_relative(args.file.parent))
        imports = {"root": root, "licence": args.licence, "files": []}
        title = f"Results imported from {root}"
        return {"name": args.study, "title": title, "arms": {}, "benchmarks": {}, "imports": imports}
    text = path.read_text(encoding="utf-8")
    if not text.startswith(MARK):
        raise WidebandError(
            f"{path}: not written by wideband import; name the file in it by hand, under imports.files"
        )
    return read_yaml(path)


def _entry(args: argparse.Namespace, root: str) -> tuple[Import, str]:
    """The file as an entry of the study, after it has been read whole; and what was found in it."""
    folder = Path(root).resolve()
    if not args.file.resolve().is_relative_to(folder):
        raise WidebandError(f"{args.file}: not under {root}, where this study's files lie; put it there")
    where = dict(_pair(text) for text in args.where)
    entry = Import(
        format=args.format or detect(args.file),
        path=args.file.resolve().relative_to(folder).as_posix(),
        arm=args.arm,
        slice=args.benchmark or args.pool,
        uid=args.uid,
        where=where,
        verdict=args.verdict,
        grader=args.grader,
    )
    if entry.format not in FORMATS:
        raise WidebandError(
            f"{args.file}: is a {entry.format}; name it in the study's file by hand, under imports.files, as "
            "config/studies/published.yaml does"
        )
    entry = described(args.file, entry)
    tables = read_tables(folder, entry, args.scaffold, 0)
    table = next(iter(tables.values()))
    if entry.format == "metrics":
        return entry, f"{table['uid'].nunique()} problems, {', '.join(entry.columns.values())}"
    sizes = table.groupby("uid").size()
    n = f"{sizes.min()} to {sizes.max()}" if sizes.min() < sizes.max() else f"{sizes.max()}"
    return entry.model_copy(update={"n": int(sizes.max())}), f"{len(sizes)} problems, {n} rollouts each"


def _add(content: dict[str, Any], args: argparse.Namespace, entry: Import) -> None:
    """Put the entry, its arm and its benchmark into the document."""
    content["arms"].setdefault(args.arm, {"scaffold": args.scaffold, "train": False})
    if len(content["arms"]) > 1:
        content.setdefault("compare", list(content["arms"])[:2])
    if args.pool:
        content["band"] = {"pool": args.pool}
    elif args.benchmark not in content["benchmarks"]:
        content["benchmarks"][args.benchmark] = {"n": entry.n or 1}
    told = entry.model_dump(mode="json", exclude_defaults=True)
    files = [each for each in content["imports"]["files"] if Import.model_validate(each).key != entry.key]
    content["imports"]["files"] = [*files, told]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise WidebandError(f"--where {text}: not of the form FIELD=VALUE; write one, such as filter=strict")
    return name, value


def _relative(folder: Path) -> Path:
    """The folder as seen from here, absolute where it lies elsewhere."""
    absolute = folder.resolve()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
