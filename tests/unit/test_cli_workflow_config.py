"""Keys of `snakemake --config`: what nothing reads is refused, with the nearest that something reads."""

import pytest

from wideband.cli.workflow_config import ConfigError, check_keys

COMMANDS = ("audit", "explain")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"study": "micro", "stdy": "nano"}, "--config stdy: nothing reads this key; did you mean 'study'?"),
        ({"study": "micro", "Study": "nano"}, "did you mean 'study'?"),
        ({"study": "micro", "audit_levl": "4"}, "did you mean 'audit_level'?"),
        ({"study": "micro", "audit_study": "nano"}, "--config audit_study: nothing reads this key"),
        ({"study": "micro", "adopt_paranoid": True}, "--config adopt_paranoid: nothing reads this key"),
        ({"study": "micro", "zzz": 1}, "known here: study"),
        ({"study": ""}, "--config study: names no study"),
        ({"study": None}, "--config study: names no study"),
        ({}, "--config study: names no study"),
    ],
)
def test_a_key_that_nothing_reads_is_refused(config: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_keys(config, COMMANDS)
    assert said in str(error.value)


def test_the_study_and_options_of_commands_are_taken() -> None:
    check_keys({"study": "nano", "audit_level": "0,6", "audit_paranoid": True}, COMMANDS)
