"""What `snakemake --config key=value` may say: the study, and options of the commands that are rules."""

import argparse
import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import WidebandError
from . import module

STUDY = "study"


class ConfigError(WidebandError):
    """A key of the workflow's configuration that nothing reads; the message names the nearest."""


def check_keys(config: Mapping[str, Any], commands: Iterable[str]) -> None:
    """Raise ConfigError for a key that nothing reads, or where no study is named.

    `commands` are those whose options are keys such as `audit_level`.
    """
    commands = list(commands)
    for key in config:
        command, sign, option = key.partition("_")
        options = _options(command) if sign and command in commands else []
        if key != STUDY and option not in options:
            known = [STUDY, *(f"{command}_{name}" for name in options)]
            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}"
            raise ConfigError(f"--config {key}: nothing reads this key; {hint}")
    if not config.get(STUDY):
        raise ConfigError("--config study: names no study; write study=micro, or see config/studies")


def _options(command: str) -> list[str]:
    """The options of a command, without dashes; `study` is given by its own key."""
    parser = argparse.ArgumentParser(add_help=False)
    module(command).arguments(parser)
    options = [option for action in parser._actions for option in action.option_strings]
    long = [option.removeprefix("--") for option in options if option.startswith("--")]
    return [option for option in long if option != STUDY]
