"""Parts of the audit on their own: tables compared, work remembered, heads anchored, levels read."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from wideband.audit import anchor, regrade
from wideband.audit.chance import Sampled
from wideband.audit.finding import Finding
from wideband.audit.memo import Memo
from wideband.audit.recompute import read_records
from wideband.audit.tables import difference
from wideband.cli.audit import AuditError, levels
from wideband.numbers import NumberRecord
from wideband.provenance.ledger import GENESIS

TABLE = pd.DataFrame({"uid": ["a", "b"], "value": [0.5, None], "text": ["x", None]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.assign(value=[0.6, None]), "value in 1 rows, first a"),
        (lambda frame: frame.assign(value=[0.5, 0.0]), "value in 1 rows, first b"),
        (lambda frame: frame.assign(text=["y", None]), "text in 1 rows"),
        (lambda frame: frame.iloc[:1], "1 rows are missing, 0 are foreign: b"),
        (lambda frame: pd.concat([frame, frame.tail(1)]), "rows that occur twice, such as b"),
        (lambda frame: frame.rename(columns={"text": "words"}), "columns"),
    ],
)
def test_tables_that_differ_say_where(change, said: str) -> None:
    assert said in difference(change(TABLE), TABLE, ("uid",))


def test_rounding_and_the_order_of_rows_make_no_difference() -> None:
    rounded = TABLE.assign(value=[0.5 + 1e-13, None])[::-1]
    assert difference(rounded, TABLE, ("uid",)) is None
    assert difference(rounded, TABLE, ("uid",), ordered=True) == "the order of its rows"


def test_lists_are_compared_as_wholes() -> None:
    stored = pd.DataFrame({"uid": ["a", "b"], "options": [np.array(["x", "y"]), None]})
    again = pd.DataFrame({"uid": ["a", "b"], "options": [["x", "y"], np.nan]})
    assert difference(stored, again, ("uid",)) is None
    other = again.assign(options=[["y", "x"], np.nan])
    assert "options in 1 rows, first a" in difference(stored, other, ("uid",))


def test_work_is_done_once_for_the_same_key(tmp_path: Path) -> None:
    done = []

    def work() -> list[Finding]:
        done.append(1)
        return [Finding("SCORE_MISMATCH", 4, "wrong", "a.parquet")]

    kept = tmp_path / "audit/s.json"
    for _ in range(2):
        memo = Memo(kept)
        assert memo.findings(["key", 1], work) == [Finding("SCORE_MISMATCH", 4, "wrong", "a.parquet")]
        memo.save()
    assert len(done) == 1
    Memo(kept).findings(["key", 2], work)
    Memo(None).findings(["key", 1], work)
    assert len(done) == 3


def test_a_memory_that_cannot_be_read_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("[")
    assert Memo(tmp_path / "s.json").value("key", lambda: 1) == 1


def test_a_home_that_cannot_be_written_stops_no_audit(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memo = Memo(tmp_path / "file" / "s.json")
    assert memo.value("key", lambda: 1) == 1
    memo.save()


def test_the_seed_of_a_head_is_drawn_once_by_each_who_audits(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "s.json")
    drawn = memo.drawn("a" * 64)
    memo.save()
    assert Memo(tmp_path / "s.json").drawn("a" * 64) == drawn
    assert len({drawn, Memo(None).drawn("a" * 64), memo.drawn("b" * 64)}) == 3


def anchored(project: Path, given: str | None) -> list[str]:
    results = SimpleNamespace(
        entries=[{"hash": "a" * 64}, {"hash": "b" * 64}], project=project, study=SimpleNamespace(name="s")
    )
    return [finding.code for finding in anchor.check(results, given)]


def test_an_anchored_head_must_be_the_hash_of_a_line(tmp_path: Path) -> None:
    assert anchored(tmp_path, None) == []
    assert anchored(tmp_path, "a" * 64) == []
    assert anchored(tmp_path, "b" * 16) == ["HEAD_MISMATCH"]
    assert anchored(tmp_path, "c" * 64) == ["HEAD_MISMATCH"]


@pytest.mark.parametrize(
    "given", ["", "0", "b", "b" * 63, "b" * 65, "B" * 64, GENESIS, "HEAD", "no/such*tag", "-d"]
)
def test_an_anchor_is_a_whole_head_or_a_tag_that_names_one(tmp_path: Path, given: str) -> None:
    _repository(tmp_path)
    with pytest.raises(anchor.AnchorError, match="--anchor"):
        anchor.named(tmp_path, given)
    assert anchor.named(tmp_path, "a" * 64) == "a" * 64


def test_a_tag_s_message_is_an_anchor_when_it_names_one_head(tmp_path: Path) -> None:
    _repository(tmp_path, kept=f"the head is {'a' * 64}", both=f"{'a' * 64} {'b' * 64}", none="nothing")
    assert anchor.named(tmp_path, "kept") == "a" * 64
    for name in ("both", "none"):
        with pytest.raises(anchor.AnchorError, match=f"--anchor '{name}'"):
            anchor.named(tmp_path, name)


def _repository(folder: Path, **tags: str) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    commands = [["tag", "-a", name, "-m", said] for name, said in tags.items()]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"], *commands):
        subprocess.run([*git, *command], check=True)


@pytest.mark.parametrize(("head", "codes"), [("a" * 64, []), ("c" * 64, ["HEAD_MISMATCH"])])
def test_a_git_tag_anchors_a_head(tmp_path: Path, head: str, codes: list[str]) -> None:
    _repository(tmp_path, **{"wideband/s": f"ledger head {head}"})
    assert anchored(tmp_path, None) == codes


def test_levels_are_read_as_a_highest_one_or_as_a_list() -> None:
    assert levels("2") == (0, 1, 2)
    assert levels("6,0") == (0, 6)
    for text in ("7", "a", "", "1-3"):
        with pytest.raises(AuditError, match="--level"):
            levels(text)


def test_records_are_read_around_lines_that_are_none(tmp_path: Path) -> None:
    record = NumberRecord("a", 1.0, "fraction", (0.0, None), 3, "passk.mean", {}, 7, (), "")
    lines = [record.to_json(), "{", record.to_json(), record.to_json().replace("1.0", '"1"', 1)]
    (tmp_path / "numbers.jsonl").write_text("\n".join(lines) + "\n")
    kept, findings = read_records(tmp_path)
    assert kept == {"a": record}
    assert [finding.detail for finding in findings] == [
        "line 2 is not a number record",
        "line 3 reports it once more",
        "line 4 is not a number record",
    ]


def test_a_sample_s_chance_is_that_of_drawing_without_putting_back() -> None:
    assert Sampled("a", 32, 12, 6, 6).chance(1) == pytest.approx(6 / 12)
    assert Sampled("a", 32, 12, 4, 4).chance(8) == pytest.approx(1 - 1 / 495)
    assert Sampled("a", 32, 4, 4, 4).chance(8) == 1
    assert Sampled("a", 32, 0, 4, 0).chance(1) == 0


def test_a_verdict_said_to_be_undecided_is_held_against_the_one_reached_again() -> None:
    row = {"uid": "q", "sample": 0, "answer": "2", "correct": True, "valid": True, "tag_valid": True}
    again = pd.DataFrame([row | {"reward": 1.0, "status": "verified"}])
    forged = again.assign(correct=False, reward=0.0, status="undecided")
    assert len(regrade._different(forged, again)) == 1
    assert len(regrade._different(again, forged)) == 1
    assert regrade._different(forged, forged).empty
