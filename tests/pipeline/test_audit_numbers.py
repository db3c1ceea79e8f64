"""Changed numbers and verdicts: the audit names them and what rests on them, and nothing else."""

import pytest
from audited import ELSEWHERE, NUMBER, VERDICTS, Project, codes
from forging import count_again, flip, rebuild, records

from wideband.provenance.ledger import head


def test_a_finished_study_is_verified_number_by_number(project: Project) -> None:
    found = project.audit()
    assert found.verdict == "VERIFIED"
    assert found.codes == {}
    assert len(found.ids) > 1000
    assert found.head == head(project.root)


@pytest.mark.parametrize(
    "change",
    [{"value": 0.4321}, {"ci": [0.1, 0.9]}, {"n": 7}, {"seed": 8}],
    ids=["value", "interval", "n", "seed"],
)
def test_a_changed_record_is_that_number_s_mismatch_alone(project: Project, change: dict) -> None:
    records(project, lambda record: record.update(change))
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "NUMBER_MISMATCH"}
    assert found.codes == {NUMBER: {"NUMBER_MISMATCH"}}


def test_a_record_left_out_is_missed(project: Project) -> None:
    project.edit(
        "numbers.jsonl",
        lambda text: "".join(line + "\n" for line in text.splitlines() if f'"{NUMBER}"' not in line),
    )
    rebuild(project.root)
    found = project.audit()
    assert codes(found) == {"COVERAGE"}
    assert found.codes == {NUMBER: {"COVERAGE"}}


def test_a_flipped_verdict_is_seen_and_touches_only_what_rests_on_it(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    found = project.audit()
    assert codes(found) == {
        "OUTPUT_TAMPERED",
        "NUMBER_MISMATCH",
        "SCORE_MISMATCH",
    }
    assert {"OUTPUT_TAMPERED", "SCORE_MISMATCH"} <= found.codes[NUMBER]
    assert not set(ELSEWHERE) & found.codes.keys()


def test_a_flipped_verdict_counted_again_downstream_is_graded_again(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    count_again(project)
    rebuild(project.root)
    found = project.audit()
    assert codes(found) == {"SCORE_MISMATCH"}
    assert found.codes[NUMBER] == {"SCORE_MISMATCH"}
    assert not set(ELSEWHERE) & found.codes.keys()


def test_records_made_anew_are_forged_even_when_they_fit(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    rebuild(project.root, begin=False)
    assert "RECORD_FORGED" in project.codes(0)
