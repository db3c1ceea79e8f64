"""`wideband chat`: talk to a checkpoint as its arm asks it."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ..chat.loop import HELP, Transcript, talk
from ..chat.settings import SETTINGS, ChatSettings, value
from ..config import Study
from ..provenance.digests import path_digest
from ..workflow.layout import Checkpoint
from .study import add_checkpoint, add_study, chosen_checkpoint, chosen_study, outside


def arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    add_study(parser)
    add_checkpoint(parser)
    parser.add_argument("-n", default="2", help="samples side by side (default: 2)")
    parser.add_argument("--temperature", help="0: the likeliest tokens (default: as the study samples)")
    parser.add_argument(
        "--max-tokens", help="longest sample in tokens (default: the most that a benchmark allows)"
    )
    parser.add_argument("--seed", default="0", help="gives the same samples again (default: 0)")
    parser.add_argument("--top", default="8", help="likeliest first tokens to name (default: 8)")
    parser.add_argument(
        "--transcript",
        type=Path,
        metavar="FILE",
        help="JSONL to append to (default: chat.<study>.<arm>.jsonl)",
    )
    parser.epilog = f"{HELP} Questions may come through a pipe."


def run(args: argparse.Namespace) -> int:
    """Answer questions from the terminal or a pipe until they end. Status 1 if one could not be asked.

    Raises WidebandError for a study, arm, checkpoint or number that there is not.
    """
    study = chosen_study(args)
    checkpoint = chosen_checkpoint(study, args)
    settings = ChatSettings(**_defaults(study, checkpoint.arm) | _settings_in(args))
    place = outside(args.transcript or Path(f"chat.{study.name}.{checkpoint.arm}.jsonl"))
    # PyTorch takes seconds: what is wrong with the question was said before.
    from ..audit.policies import quiet
    from ..chat.answer import ask, open_policy
    from ..chat.show import shown

    with quiet():
        policy = open_policy(study.arms[checkpoint.arm], checkpoint.base, checkpoint.adapter)
        _say(f"{study.name}: arm {checkpoint.arm} at {checkpoint.name}. {HELP}")
        failed = talk(
            _lines(),
            settings,
            lambda question, settings: ask(policy, question, settings),
            Transcript(place, _about(study, checkpoint)),
            lambda reply: print("\n".join(shown(reply)), flush=True),
            _say,
        )
    return int(failed > 0)


def _settings_in(args: argparse.Namespace) -> dict[str, float]:
    """The settings that were given, by their fields."""
    found = {}
    for field, kind, least in SETTINGS.values():
        option = f"{'-' if len(field) == 1 else '--'}{field.replace('_', '-')}"
        if (text := getattr(args, field)) is not None:
            found[field] = value(option, text, kind, least)
    return found


def _defaults(study: Study, arm: str) -> dict[str, float]:
    """As the arm is asked in the study."""
    temperature = study.arms[arm].sampling.temperature
    first = next(iter(study.benchmarks.values()))
    return {
        "temperature": first.temperature if temperature is None else temperature,
        "max_tokens": max(benchmark.max_tokens for benchmark in study.benchmarks.values()),
    }


def _about(study: Study, checkpoint: Checkpoint) -> dict[str, object]:
    """What the transcript says of whom was talked to: digests name the very weights."""
    return {
        "study": study.name,
        "arm": checkpoint.arm,
        "checkpoint": checkpoint.name,
        "base": path_digest(checkpoint.base),
        "adapter": path_digest(checkpoint.adapter) if checkpoint.adapter else None,
    }


def _lines() -> Iterator[str]:
    """Lines of the terminal, with a prompt and a history, or of a pipe; interrupting ends them."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    import readline  # noqa: F401  input() has a history when this is there

    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
