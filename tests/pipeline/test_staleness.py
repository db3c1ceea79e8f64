"""What a change makes stale, and what it does not, on the finished nano study."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from workflow import Copy

STUDY = "config/studies/nano.yaml"
Edit = Callable[[str], str]


@contextmanager
def edited(path: Path, change: Edit) -> Iterator[None]:
    """The file with a change, put back afterwards."""
    before = path.read_text()
    assert change(before) != before
    path.write_text(change(before))
    try:
        yield
    finally:
        path.write_text(before)


def stale(copy: Copy, file: str, change: Edit) -> set[str]:
    """Rules that would run with the change."""
    with edited(copy.root / file, change):
        return set(copy.plan("nano").counts)


@pytest.fixture(autouse=True, scope="module")
def restored(nano: Copy) -> Iterator[None]:
    """With every change taken back the study is as fresh as before."""
    yield
    assert nano.plan("nano").jobs == []


def test_a_learning_rate_reruns_its_stage_and_what_follows(nano: Copy) -> None:
    with edited(nano.root / STUDY, _other_rate):
        jobs, counts = nano.plan("nano")
    rules = set(counts)
    assert {"train_math_continuation", "train_olympiad_rlvr", "band", "report"} <= rules
    assert not {"base", "slice", "golds", "leakage", "heldout", "train_gsm8k_warmup"} & rules
    sampled = {job.split()[1].rpartition(".")[0] for job in jobs if job.startswith("sample ")}
    after = ("math_continuation", "olympiad_rlvr", "olympiad_rlvr@2")
    assert sampled == {f"{arm}.{checkpoint}" for arm in ("panel", "think") for checkpoint in after}


def _other_rate(text: str) -> str:
    lines = text.splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if "math_continuation:" in line)
    lines[at] = lines[at].replace("lr: 1.0e-3", "lr: 2.0e-3")
    return "".join(lines)


def test_comments_rerun_nothing(nano: Copy) -> None:
    modules = ("training/grpo.py", "sampling/decode.py", "metrics/passk.py", "policy/architecture.py")
    files = [nano.root / "workflow_scripts/train.py"]
    files += [nano.root / "workflow_scripts/wideband" / module for module in modules]
    with ExitStack() as changes:
        for file in files:
            changes.enter_context(edited(file, lambda text: text + "\n# A remark.\n"))
        assert nano.plan("nano").jobs == []


def test_a_dbscan_radius_reruns_diversity_numbers_and_report_only(nano: Copy) -> None:
    rules = stale(nano, STUDY, lambda text: text.replace("diversity: {", "diversity: {eps: 0.3, "))
    assert rules == {"diversity", "number_records", "report"}


def test_code_that_only_counts_samples_nothing(nano: Copy) -> None:
    file = "workflow_scripts/wideband/metrics/passk.py"
    rules = stale(nano, file, lambda text: text + "\n\nUNUSED = 1\n")
    assert "passk" in rules
    assert not {"sample", "grade", "base"} & rules
    assert not [rule for rule in rules if rule.startswith("train")]


def test_a_price_reruns_numbers_and_report_only(nano: Copy) -> None:
    rules = stale(nano, STUDY, lambda text: text.replace("core_hour: 0.04", "core_hour: 0.05"))
    assert rules == {"number_records", "report"}


def test_losing_snakemakes_own_records_makes_nothing_stale(twin: Copy) -> None:
    (twin.root / ".snakemake").rename(twin.root / ".forgotten")
    assert twin.plan("nano").jobs == []
