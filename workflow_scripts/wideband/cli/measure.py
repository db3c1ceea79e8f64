"""`wideband measure`: how widely, how well calibrated and how accurately do models answer?"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..config import Study, load_study
from ..config.load import STUDIES
from ..config.names import checked_name
from ..config.policy import HubBase
from ..errors import WidebandError
from ..measuring import DEFAULT, QUESTIONS, Model, model_of, named, pinned, study_text
from ..provenance.atomic import write_text
from ..workflow.estimate import most_tokens
from ..workflow.jobs import PlannedJob, jobs

MODELS = (
    "a folder (of weights, or a PEFT adapter that names its base), package:NAME, owner/name[@commit] on the "
)
MODELS += "hub (either of them), or https://host/v1#MODEL"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    asked = "; ".join(f"{name}: {question.about}" for name, question in QUESTIONS.items())
    parser.add_argument("models", nargs="+", metavar="model", help=MODELS)
    parser.add_argument("--against", metavar="MODEL", help="compare the others with it, item by item")
    parser.add_argument(
        "--with",
        dest="asked",
        default=",".join(DEFAULT),
        metavar="WHAT,…",
        help=f"what to ask (default: {','.join(DEFAULT)}). {asked}",
    )
    parser.add_argument("--name", help="name of the study (default: measure- and the first model's)")
    parser.add_argument(
        "--key-variable",
        metavar="NAME",
        help="environment variable with the key of the endpoint (default: OPENAI_API_KEY for "
        "https://api.openai.com, none for any other)",
    )
    parser.add_argument("--cores", default="all", help="cores to use, as for snakemake (default: all)")
    parser.add_argument("--plan", action="store_true", help="write the study file, print the costs, and stop")


def run(args: argparse.Namespace) -> int:
    """Write the study file, say what it costs, and run it, which ends with where the report is.

    Raises WidebandError for a model that is not there, an unknown question, and a study file that is there
    already and says something else.
    """
    name, text = _study(args)
    file = _file(name)
    cost = _kept(file, name, text)
    print("\n".join([f"Study: {file}", *cost]), flush=True)
    if args.plan:
        return 0
    line = ["-m", "snakemake", "--cores", args.cores, "--config", f"study={name}"]
    if subprocess.run([sys.executable, *line], check=False).returncode:
        raise WidebandError("the run failed (see above); the same command continues from there")
    return 0


def _file(name: str) -> Path:
    return STUDIES / f"{name}.yaml"


def _kept(file: Path, name: str, text: str) -> list[str]:
    """What the study costs; its file stays only if that can be said."""
    there = file.is_file()
    if there and file.read_text(encoding="utf-8") != text:
        raise WidebandError(
            f"{file}: exists already with other content; run it with snakemake --cores all --config "
            f"study={name}, or choose another --name"
        )
    try:
        if not there:
            write_text(file, text)
        return _cost(load_study(name))
    except BaseException:
        if not there:
            file.unlink(missing_ok=True)
        raise


def _study(args: argparse.Namespace) -> tuple[str, str]:
    """Name and text of the study file."""
    asked = list(dict.fromkeys(filter(None, map(str.strip, args.asked.split(",")))))
    if unknown := [asked_for for asked_for in asked if asked_for not in QUESTIONS]:
        raise WidebandError(f"--with {unknown[0]}: no such question; there are {', '.join(QUESTIONS)}")
    if not asked:
        raise WidebandError(f"--with: names no question; name some of {', '.join(QUESTIONS)}")
    named_models = [
        *args.models,
        *([args.against] if args.against and args.against not in args.models else []),
    ]
    found = [model_of(text, args.key_variable) for text in named_models]
    _check_key(args.key_variable, found)
    name = checked_name("study", args.name or f"measure-{found[0].name}", "--name")
    commits = _commits(name, found)
    models = named([pinned(model, commits) for model in found])
    if args.against and len(models) < 2:
        raise WidebandError(f"--against {args.against}: is the only model; name another to compare it with")
    against = models[named_models.index(args.against)].name if args.against else None
    return name, study_text(name, models, against, asked)


def _check_key(variable: str | None, models: Sequence[Model]) -> None:
    """A key goes to one address. Raises WidebandError."""
    urls = {model.base["url"] for model in models if model.base["kind"] == "endpoint"}
    if variable is not None and len(urls) != 1:
        raise WidebandError(
            f"--key-variable: holds the key of one endpoint, but there are {len(urls)}; measure them "
            "separately"
        )


def _commits(name: str, models: Sequence[Model]) -> dict[str, str]:
    """By repository the commits of an earlier study file, for models that are named without one."""
    wanted = {model.base["repo"] for model in models if model.base.get("revision", "") is None}
    if not wanted or not _file(name).is_file():
        return {}
    study = load_study(name)
    bases = [base for arm in study.arms if isinstance(base := study.base_of(arm), HubBase)]
    adapters = [body.start_from for body in study.arms.values() if body.start_from]
    already_pinned = {
        (model.base["repo"], model.base.get("revision")) for model in models if model.base["kind"] == "hub"
    }
    found = {
        model.repo: model.revision
        for model in (*bases, *adapters)
        if model.repo in wanted and model.revision and (model.repo, model.revision) not in already_pinned
    }
    for repo, commit in found.items():
        print(f"{repo}: at commit {commit}, as in {_file(name)}; for another name it as {repo}@<40 digits>")
    return found


def _cost(study: Study) -> list[str]:
    """What the study samples and scores, before anything runs."""
    planned = jobs(study, Path.cwd())
    sampled = [job for job in planned if job.rule == "sample"]
    tokens = [most_tokens(job, study) or _built(job, study) for job in sampled]
    exact = sum(job.rule == "loglikelihood" for job in planned)
    asked = [job for job in sampled if study.is_endpoint(job.wildcards["arm"])]
    lines = [
        f"{len(planned)} jobs: at most {sum(tokens):,} sampled tokens in {len(sampled)} tables of samples, "
        f"{exact} tables of exact laws"
    ]
    if asked:
        paid = sum(most for job, most in zip(sampled, tokens, strict=True) if job in asked)
        lines.append(
            f"of these at most {paid:,} tokens from endpoints, which may cost money, besides prompts"
        )
    return lines


def _built(job: PlannedJob, study: Study) -> int:
    """The most tokens of a slice whose source says how many items it has: it is made here."""
    from ..config.parameters_data import slice_parameters
    from ..data.slices import build_slice

    name = job.wildcards["slice"]
    spaces = slice_parameters(study, {"slice": name}).get("spaces")
    return len(build_slice(name, study.data, spaces)) * job.spec.params["n"] * job.spec.params["max_tokens"]
