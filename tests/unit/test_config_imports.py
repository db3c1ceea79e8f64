"""Studies with imported results: what is consistent, what is not, and which tables they have."""

import re
from pathlib import Path

import pytest
import yaml

from wideband.config import Study, load_study
from wideband.errors import WidebandError
from wideband.numbers.study import planned
from wideband.report import required_files
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def document() -> dict:
    """The published study's file."""
    return yaml.safe_load((ROOT / "config/studies/published.yaml").read_text())


def loaded(document: dict, folder: Path) -> Study:
    """The document as a study file, read."""
    path = folder / "published.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return load_study(path, ROOT)


def test_imported_arms_are_neither_sampled_nor_trained() -> None:
    study = load_study("published")
    rules = {job.rule for job in jobs(study, ROOT)}
    assert not rules & {"base", "sample", "grade", "train", "embed", "cost", "diversity", "golds", "leakage"}
    assert {"sources", "import_results", "import_slice", "band", "band_train", "passk", "report"} <= rules


def test_a_band_keeps_the_checkpoint_that_it_was_measured_on() -> None:
    study = load_study("published")
    assert study.bands() == {"panel": "gsm8k_warmup", "thinking": "base"}
    ids = [request.id for request in planned(study, ("amc",))]
    assert "band_ratio.olympiad_pool.panel-thinking.gsm8k_warmup-base" in ids
    assert "band_at_start.olympiad_pool.panel.olympiad_rlvr" in ids
    assert len(ids) == len(set(ids))


def test_only_what_the_files_give_is_planned() -> None:
    ids = [request.id for request in planned(load_study("published"), ("amc",))]
    assert "cosine_distance.math500_50.no_panel.math_continuation" in ids
    assert not [name for name in ids if "tokens_per" in name or "vendi" in name or ".correct" in name]
    assert "pass@8.math500_level5.panel.math_continuation" in ids
    assert "pass@5.math500_level5.thinking.base" not in ids
    assert not [path for path in required_files(load_study("published")) if "rollouts" in path]


def test_imports_on_like_names_get_rules_of_their_own(document: dict, tmp_path: Path) -> None:
    document["arms"]["other"] = {"scaffold": "plain"}
    for name in ("x-y", "x_y"):
        document["benchmarks"][name] = document["benchmarks"]["math500_50"]
        more = {"format": "counts", "arm": "other", "slice": name, "n": 16, "path": f"{name}.jsonl"}
        document["imports"]["files"].append(more)
    imports = loaded(document, tmp_path).imports
    assert list(imports.rules().values()) == imports.results()
    assert all(re.fullmatch(r"import_[0-9]+_[a-zA-Z0-9_]+", name) for name in imports.rules())


def test_more_arms_and_another_n_are_lines_of_the_study(document: dict, tmp_path: Path) -> None:
    document["arms"]["other"] = {"scaffold": "plain"}
    more = {"format": "counts", "arm": "other", "slice": "math500_50", "n": 16, "path": "other.jsonl"}
    document["imports"]["files"].append(more)
    study = loaded(document, tmp_path)
    ids = {request.id for request in planned(study)}
    assert {"pass@16.math500_50.other.base", "hit_rate.math500_50.other.base"} <= ids


def test_an_imported_base_beside_a_trained_arm_gives_every_number_one_id() -> None:
    document = load_study("nano").model_dump()
    document["arms"] = {"panel": document["arms"]["panel"], "theirs": {"scaffold": "plain"}}
    files = [
        {"format": "rollouts", "arm": "theirs", "slice": name, "path": f"{name}.jsonl"}
        for name in document["benchmarks"]
    ]
    imports = {"root": "mine", "licence": "MIT", "files": files}
    for compare in (("panel", "theirs"), ("theirs", "panel")):
        study = Study.model_validate(document | {"compare": compare, "imports": imports})
        requests = {request.id: request for request in planned(study)}
        assert len(requests) == len(planned(study))
        # The short name belongs to the pair that the report shows, the last one.
        shown = requests["budget_accuracy.gsm8k_test.theirs.base.full"]
        assert [path for path in shown.paths if "panel" in path and "olympiad_rlvr" in path]
        cell = f"gsm8k_test.{'-'.join(compare)}.base"
        assert f"budget_accuracy.{cell}.theirs.full" in requests


def _imports(document: dict, **changes: object) -> dict:
    document["imports"]["files"][2] |= changes
    return document


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"arm": "panle"}, r"imports.files.2.arm: unknown arm 'panle'; add it under arms"),
        ({"checkpoint": "maths"}, r"imports.files.2.checkpoint: unknown stage 'maths'; known: base, gsm8k"),
        ({"slice": "quiz"}, r"imports.files.2.slice: 'quiz' is not a benchmark, pool or held-out slice"),
        ({"slice": None}, r"imports.files.2.slice: missing key; format counts needs it"),
        ({"format": "count"}, r"imports.files.2.format: input should be 'counts'"),
        ({"path": "../x.jsonl"}, r"imports.files.2.path: '../x.jsonl' leads out of imports.root"),
        ({"slice": "math500_level5"}, r"imports.files: 2 files give arms/panel/math_continuation/verdicts/"),
        ({"format": "metrics", "columns": {"a": "width"}}, r"columns.a: no metric is called 'width'"),
        ({"format": "cells", "columns": {"a": "a.b"}}, r"columns.a: 'a.b' has illegal characters"),
        (
            {"format": "cells", "columns": {"a": "b"}, "past": {"c": 1}},
            r"past.c: the file gives no",
        ),
        ({"format": "printed", "columns": {"a": "b"}, "groups": {"g": []}}, r"groups.g: name each of its"),
        (
            {"format": "printed", "columns": {"a": "b"}, "groups": {"g-h": ["x"]}},
            r"groups.g-h: .g-h. has",
        ),
        ({"format": "answers", "slice": None}, r"slice: missing key; format answers needs it"),
        ({"format": "curve", "checkpoint": "base"}, r"checkpoint: a curve is of a stage; name one of"),
    ],
)
def test_what_does_not_fit_is_named_by_its_key(
    document: dict, tmp_path: Path, changes: dict, said: str
) -> None:
    with pytest.raises(WidebandError, match=said):
        loaded(_imports(document, **changes), tmp_path)


def test_an_interval_is_of_conditions_that_some_file_gives(document: dict, tmp_path: Path) -> None:
    drawn = {"metric": "b", "slice": "math500_50", "of": ["panel.base"], "seed": 1}
    document["imports"]["intervals"] = [drawn]
    with pytest.raises(WidebandError, match=r"imports.intervals.0.of: no file gives b of panel.base"):
        loaded(document, tmp_path)


def test_an_arm_is_sampled_or_imported(document: dict, tmp_path: Path) -> None:
    document["arms"]["lost"] = {"scaffold": "plain"}
    with pytest.raises(WidebandError, match=r"arms.lost.prompt: missing key; add it, or name the arm in"):
        loaded(document, tmp_path)
    document["arms"]["lost"]["prompt"] = "config/prompts/plain.txt"
    with pytest.raises(WidebandError, match=r"base: missing key; arm 'lost' is sampled and needs a base"):
        loaded(document, tmp_path)
    del document["arms"]["lost"]
    document["arms"]["panel"]["prompt"] = "config/prompts/panel.txt"
    with pytest.raises(WidebandError, match=r"arms.panel.prompt: the arm's results are imported; remove"):
        loaded(document, tmp_path)


def test_a_release_is_named_by_a_whole_commit(document: dict, tmp_path: Path) -> None:
    document["imports"]["release"]["commit"] = "a1ebbfc"
    with pytest.raises(WidebandError, match=r"imports.release.commit: .*, but is 'a1ebbfc'"):
        loaded(document, tmp_path)
