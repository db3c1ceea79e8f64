"""`wideband import`: adds files of results to a study, which Snakemake then computes."""

import argparse
from pathlib import Path
from typing import Any

from ..config.import_file import LOGS, Import
from ..config.load import STUDIES, load_study
from ..config.names import checked_name
from ..errors import WidebandError
from ..importers import ImportFileError, log_tables, read_log, read_tables
from ..importers.cells import known_columns
from ..importers.expand import expanded
from ..importers.formats import log_format
from ..importers.log_tables import lacking, require_answers
from ..provenance.atomic import write_text
from .import_study import StudyFile, placed

FORMATS = ("counts", "metrics", *LOGS)
# Options that name a field of rows of rollouts, and what they name.
FIELDS = {"gold": "gold", "completion": "completion", "correct": "correct", "tokens": "completion_tokens"}
COUNTS = "counts.jsonl --study s --arm a --benchmark b"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _examples()
    parser.add_argument("file", type=Path, nargs="+", help="files of results, or a folder of them; see below")
    parser.add_argument("--study", required=True, help="name of the study; a new one is created")
    parser.add_argument(
        "--arm", required=True, help="whose results these are, such as the name of the system"
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--benchmark", help="the benchmark that they were measured on")
    place.add_argument("--pool", help="or the pool of training problems, whose variance band they decide")
    parser.add_argument(
        "--root",
        type=Path,
        help="folder that holds all files of the study (default: the folder of the first file)",
    )
    parser.add_argument("--licence", default="not stated", help="licence of the files")
    _row_arguments(parser)
    _verdict_arguments(parser)


def _row_arguments(parser: argparse.ArgumentParser) -> None:
    rows = parser.add_argument_group("which rows, and what their fields are called")
    rows.add_argument(
        "--format", choices=FORMATS, help="format of the file (default: recognised from its fields)"
    )
    rows.add_argument(
        "--where",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="take only rows with this value; repeatable",
    )
    rows.add_argument("--filter", help="lm_eval only: take the results of this filter")
    rows.add_argument(
        "--uid", help="field with the problem's id, or a pattern such as aime{year}_{problem_idx}"
    )
    rows.add_argument("--gold", metavar="FIELD", help="field with the right answer")
    rows.add_argument(
        "--completion", metavar="FIELD", help="field with the completion, or with a list of them"
    )
    rows.add_argument("--correct", metavar="FIELD", help="field with the verdict, or with a list of them")
    rows.add_argument("--tokens", metavar="FIELD", help="field with the number of completion tokens")


def _verdict_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is correct")
    group.add_argument(
        "--verdict",
        help="metric or scorer that decides; scorer.key where its score is a mapping",
    )
    group.add_argument(
        "--at-least", type=float, metavar="SCORE", help="count a score as correct from this value on"
    )
    group.add_argument(
        "--grader",
        choices=("log", "wideband"),
        default="log",
        help="log: verdicts of the log; wideband: graded again here",
    )
    read = group.add_mutually_exclusive_group()
    read.add_argument(
        "--scaffold",
        help="how answers are read (default: free, any common style)",
    )
    read.add_argument(
        "--last-number", action="store_true", help="take the last number as the answer where none is marked"
    )
    group.add_argument(
        "--incomplete",
        action="store_true",
        help="import a run although samples are missing; the report counts them",
    )


def run(args: argparse.Namespace) -> int:
    """Read the files, add them to the study's file, say how to go on. Names are checked first."""
    checked_name("study", args.study, "--study")
    checked_name("arm", args.arm, "--arm")
    checked_name("slice", args.benchmark or args.pool, "--benchmark" if args.benchmark else "--pool")
    # Whoever names the field of the text has rows of their own.
    files, name, left = expanded(args.file, args.format or ("rollouts" if args.completion else None))
    if name not in FORMATS:
        raise WidebandError(
            f"{files[0]}: is a {name}; name it in the study's file by hand, under imports.files, as "
            "config/studies/published.yaml does"
        )
    path = STUDIES / f"{args.study}.yaml"
    study = StudyFile.read(path, args, files)
    entry, found = _entry(args, files, name, study)
    replaced = study.add(entry)
    study.require_agreeing_golds(entry.slice)
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    write_text(path, study.text())
    try:
        load_study(args.study)
    except WidebandError:
        path.unlink() if before is None else write_text(path, before)
        raise
    _say(args, entry, found, replaced, left, path)
    return 0


def _entry(
    args: argparse.Namespace, files: list[Path], name: str, study: StudyFile
) -> tuple[Import, list[str]]:
    """The files as an entry of the study, after they have been read whole; and what was found in them."""
    paths = placed(files, study.root)
    where = dict(_pair(text) for text in args.where) | ({"filter": args.filter} if args.filter else {})
    entry = Import(
        format=name,
        path=paths[0] if len(paths) == 1 else paths,
        arm=args.arm,
        slice=args.benchmark or args.pool,
        uid=args.uid,
        where=where,
        fields=_fields(args, name),
        verdict=args.verdict,
        at_least=args.at_least,
        grader=args.grader,
        incomplete=args.incomplete,
    )
    if name in LOGS:
        return _log(study.root, entry, study.scaffold)
    if name == "metrics":
        entry = entry.model_copy(update={"columns": known_columns(study.root / paths[0], entry)})
    table = next(iter(read_tables(study.root, entry, study.scaffold, 0).values()))
    if name == "metrics":
        return entry, [f"{table['uid'].nunique()} problems, {', '.join(entry.columns.values())}"]
    sizes = table.groupby("uid").size()
    return entry.model_copy(update={"n": int(sizes.max())}), [_sizes(sizes)]


def _log(root: Path, entry: Import, scaffold: str) -> tuple[Import, list[str]]:
    log = read_log(root, entry)
    check_summary = log_format(entry.format).check_summary
    for path in entry.paths if check_summary else ():
        check_summary(root / path, entry)
    texts = all(draw.completion is not None for draw in log.draws)
    options = all(draw.options for draw in log.draws)
    if not texts and not options and any(draw.options for draw in log.draws):
        raise ImportFileError(
            f"{entry.paths[0]}: completions and log-likelihoods together; import them one at a time"
        )
    entry = entry.model_copy(
        update={
            "holds": "completions" if texts else "likelihoods" if options else "verdicts",
            "lacks": lacking(log.draws) if texts else [],
            "incomplete": bool(log.missing or log.stopped),
        }
    )
    tables = log_tables(log, entry, scaffold)
    table = tables.get("rollouts", tables.get("verdicts"))
    sizes = table.groupby("uid").size()
    found = [_sizes(sizes)]
    if entry.graded_here:
        found.append(f"answers found in {require_answers(log.draws, entry, scaffold)} of {len(log.draws)}")
    elif log.verdict:
        others = f" (not {', '.join(log.others)}: --verdict chooses)" if log.others else ""
        found.append(f"verdict: {log.verdict}{others}")
    if entry.holds != "completions":
        found.append(f"{entry.holds} without completions")
    if entry.incomplete:
        counts = [f"{'an unknown number' if n is None else n} {why}" for why, n in log.missing.items()]
        found.append(f"INCOMPLETE, missing: {', '.join(counts) or log.stopped}")
    return entry.model_copy(update={"n": int(sizes.max())}), found


def _sizes(sizes: Any) -> str:
    n = f"{sizes.min()} to {sizes.max()}" if sizes.min() < sizes.max() else f"{sizes.max()}"
    return f"{len(sizes)} problems, {n} rollouts each"


def _fields(args: argparse.Namespace, name: str) -> dict[str, str]:
    named = {field: getattr(args, option) for option, field in FIELDS.items() if getattr(args, option)}
    if named and name != "rollouts":
        options = ", ".join(f"--{option}" for option in FIELDS if getattr(args, option))
        raise WidebandError(
            f"{args.file[0]}: is a {name}, whose field names are fixed; leave {options} out, or "
            "add --format rollouts"
        )
    return named


def _say(
    args: argparse.Namespace,
    entry: Import,
    found: list[str],
    replaced: list[str],
    left: list[Path],
    path: Path,
) -> None:
    files = ", ".join(map(str, args.file[:3])) + (" …" if len(args.file) > 3 else "")
    print(f"{files}: {entry.format} of {entry.arm} on {entry.slice}: {'; '.join(found)}; added to {path}")
    for earlier in replaced:
        print(f"replaces {earlier}, imported before")
    if left:
        print(f"left out: {', '.join(str(file) for file in left[:6])}{' …' if len(left) > 6 else ''}")
    print(f"next: snakemake --cores all --config study={args.study}")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise WidebandError(f"--where {text}: not of the form FIELD=VALUE; write one, such as filter=strict")
    return name, value


def _examples() -> str:
    lines = [f"  {'counts':16} correct rollouts of each problem\n{'':19}wideband import {COUNTS}"]
    for name in LOGS:
        log = log_format(name)
        lines.append(f"  {name:16} {log.summary}\n{'':19}wideband import {log.example}")
    return "formats, each with an example (files may be .gz):\n" + "\n".join(lines)
