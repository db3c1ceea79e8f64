"""`wideband measure`: how widely, how well calibrated and how accurately do models answer?"""

import argparse
import subprocess
import sys
from pathlib import Path

from ..config import Study, load_study
from ..config.load import STUDIES
from ..config.names import checked_name
from ..errors import WidebandError
from ..measuring import DEFAULT, QUESTIONS, model_of, named, study_text
from ..provenance.atomic import write_text
from ..workflow.estimate import most_tokens
from ..workflow.jobs import PlannedJob, jobs
from .study import results

MODELS = (
    "a folder (of weights, or a PEFT adapter that names its base), package:NAME, owner/name[@commit] on the "
)
MODELS += "hub, or https://host/v1#MODEL"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    asked = "; ".join(f"{name}: {each.about}" for name, each in QUESTIONS.items())
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
    parser.add_argument("--cores", default="all", help="cores to use, as for snakemake (default: all)")
    parser.add_argument(
        "--plan", action="store_true", help="write the study file, say what it costs, and end"
    )


def run(args: argparse.Namespace) -> int:
    """Write the study file, say what it costs, run it, and say where the report is.

    Raises WidebandError for a model that is not there, an unknown question, and a study file that is there
    already and says something else.
    """
    name, text = _study(args)
    file = STUDIES / f"{name}.yaml"
    if not file.is_file():
        write_text(file, text)
    elif file.read_text(encoding="utf-8") != text:
        raise WidebandError(
            f"{file}: is there and says something else; run it with snakemake --cores all --config "
            f"study={name}, or give --name another name"
        )
    study = load_study(name)
    print("\n".join([f"Study: {file}", *_cost(study)]), flush=True)
    if args.plan:
        return 0
    line = ["-m", "snakemake", "--cores", args.cores, "--config", f"study={name}"]
    if subprocess.run([sys.executable, *line], check=False).returncode:
        raise WidebandError("the run did not end well (above); wideband measure again goes on from there")
    print(f"Report: {results(study) / 'report/index.html'}")
    return 0


def _study(args: argparse.Namespace) -> tuple[str, str]:
    """Name and text of the study file."""
    asked = list(dict.fromkeys(filter(None, map(str.strip, args.asked.split(",")))))
    if unknown := [each for each in asked if each not in QUESTIONS]:
        raise WidebandError(f"--with {unknown[0]}: no such question; there are {', '.join(QUESTIONS)}")
    if not asked:
        raise WidebandError(f"--with: asks nothing; name some of {', '.join(QUESTIONS)}")
    given = [*args.models, *([args.against] if args.against and args.against not in args.models else [])]
    models = named([model_of(each) for each in given])
    if args.against and len(models) < 2:
        raise WidebandError(f"--against {args.against}: is the only model; name another to compare it with")
    against = models[given.index(args.against)].name if args.against else None
    name = checked_name("study", args.name or f"measure-{models[0].name}", "--name")
    return name, study_text(name, models, against, asked)


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
