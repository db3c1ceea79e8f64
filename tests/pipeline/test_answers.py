"""Commands of wideband as rules of the workflow."""

import re

from workflow import Copy


def test_every_answer_is_given_by_its_own_command(empty: Copy) -> None:
    wanted = ["explain", "rocrate"]
    said = empty.snakemake("nano", "--dry-run", "--printshellcmds", *wanted).stdout
    assert sorted(re.findall(r"-m wideband\.cli (\S+)", said)) == wanted, said
