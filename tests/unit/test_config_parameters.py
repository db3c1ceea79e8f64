"""The parameters of jobs: what reaches a job through its spec is what the study says."""

import json
from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config.parameters import RULES, parameters, whole_study
from wideband.provenance.digests import canonical_json

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.chdir(ROOT)
    return load_study("nano")


def through_a_spec(rule: str, study: Study, **wildcards: str) -> dict:
    return json.loads(canonical_json(parameters(rule, study, wildcards)))


def with_value(study: Study, value: object, *keys: str) -> Study:
    content = here = study.model_dump()
    for key in keys[:-1]:
        here = here[key]
    here[keys[-1]] = value
    return Study.model_validate(content)


@pytest.mark.parametrize("rule", ["number_records", "report"])
def test_a_study_keeps_the_order_of_its_arms_stages_and_benchmarks(rule: str, study: Study) -> None:
    content = study.model_dump()
    for section in ("arms", "stages", "benchmarks"):
        content[section] = dict(reversed(content[section].items()))
    backwards = Study.model_validate(content)
    again = whole_study(through_a_spec(rule, backwards))
    assert again == backwards
    assert list(again.stages) == ["olympiad_rlvr", "math_continuation", "gsm8k_warmup"]
    assert list(again.arms) == ["plain", "think", "panel"]
    assert again.stage_before("gsm8k_warmup", "panel") == "math_continuation"


def test_a_rate_of_one_stage_is_no_parameter_of_another(study: Study) -> None:
    changed = with_value(study, 0.5, "stages", "math_continuation", "lr")
    differing = [
        stage
        for stage in study.stages
        if through_a_spec("train", study, arm="panel", stage=stage)
        != through_a_spec("train", changed, arm="panel", stage=stage)
    ]
    assert differing == ["math_continuation"]


def test_trackers_are_a_parameter_of_nothing(study: Study) -> None:
    followed = with_value(study, ["wandb"], "trainer", "report_to")
    assert followed.trainer.report_to == ["wandb"]
    cell = {"arm": "panel", "stage": "math_continuation"}
    for rule in ("train", "number_records", "report"):
        assert through_a_spec(rule, followed, **cell) == through_a_spec(rule, study, **cell)


def test_a_server_is_a_parameter_of_laws_where_it_computes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    content = load_study("answer-diversity").model_dump()
    cell = {"arm": "untrained", "checkpoint": "base", "slice": "held_out"}
    said = {}
    for laws in ("transformers", "vllm"):
        content["sampling"] = {"engine": "vllm", "url": "http://here:1", "laws": laws}
        said[laws] = through_a_spec("loglikelihood", Study.model_validate(content), **cell)
    assert "sampling" not in said["transformers"]
    assert said["vllm"].pop("sampling")["url"] == "http://here:1"
    assert said["vllm"] == said["transformers"]


def test_only_the_first_stage_makes_an_adapter(study: Study) -> None:
    shapes = [through_a_spec("train", study, arm="think", stage=stage)["lora"] for stage in study.stages]
    assert shapes[0]["rank"] == 4
    assert shapes[1:] == [None, None]


def test_a_metric_setting_reaches_no_rule_that_samples_or_trains(study: Study) -> None:
    wildcards = {"arm": "panel", "stage": "gsm8k_warmup", "checkpoint": "base", "slice": "gsm8k_test"}
    changed = with_value(study, 0.4, "diversity", "eps")
    changed = with_value(changed, 300, "statistics", "resamples")
    changed = with_value(changed, 1.0, "prices", "core_hour")
    imported = {"sources", "import_slice", "import_results"}
    untouched = (
        set(RULES)
        - {
            "diversity",
            "number_records",
            "report",
            "start",
            "texts",
            "entail",
            "entailment",
            "novelty",
            "judge",
        }
        - imported
    )
    for rule in untouched:
        named = wildcards | {"base": "nano"}
        assert parameters(rule, study, named) == parameters(rule, changed, named), rule
