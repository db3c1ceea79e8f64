"""Lineages of arms: where a chain begins, which stages it passes, and who holds its adapters."""

import copy
import json
import re
from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config.checks import problems as every_problem
from wideband.config.checks_arms import lineage_problems as problems
from wideband.config.checks_published import problems as published_problems
from wideband.config.parameters import parameters, whole_study
from wideband.config.pinned import commit_of
from wideband.config.policy import Arm, PublishedCheckpoint
from wideband.errors import WidebandError
from wideband.report.names import compared
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]
STAGE = {"slice": "gsm8k_train", "steps": 1, "max_tokens": 8}


def study(**arms: dict[str, object]) -> Study:
    """A study with four stages and these arms beside an arm `think` of three stages."""
    prompt = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
    bodies = {"think": {"stages": ["sft", "dpo", "rl"]}} | copy.deepcopy(arms)
    return Study.model_validate(
        {
            "name": "tree",
            "title": "t",
            "base": {"kind": "pretrain", "name": "tiny"},
            "arms": {name: prompt | body for name, body in bodies.items()},
            "stages": dict.fromkeys(("sft", "dpo", "rl", "own"), STAGE),
            "data": {"slices": {"gsm8k_train": {"source": "gsm8k", "split": "train", "n": 4}}},
            "benchmarks": {},
        }
    )


def test_an_arm_without_a_word_passes_all_stages() -> None:
    made = study(plain={}, untrained={"train": False})
    assert made.checkpoints("plain") == ["base", "sft", "dpo", "rl", "own"]
    assert made.checkpoints("untrained") == ["base"]
    assert made.trained() == ["think", "plain"]


def test_a_branch_begins_where_it_says_and_shares_what_lies_before() -> None:
    made = study(instruct={"start": "think.sft", "stages": ["own"]})
    assert made.checkpoints("instruct") == ["base", "sft", "own"]
    assert made.holder("instruct", "sft") == "think"
    assert made.holder("instruct", "own") == "instruct"
    assert made.holder("instruct", "own@1") == "instruct"
    assert made.stage_before("own", "instruct") == "sft"
    assert made.stage_before("sft", "instruct") == "base"


def test_a_policy_that_several_arms_ask_alike_is_evaluated_once() -> None:
    made = study(
        branch={"start": "think.sft", "stages": ["own"]},
        hot={"policy": "think", "sampling": {"temperature": 1.5}},
        other={"stages": ["sft"]},
        larger={"train": False, "base": {"kind": "pretrain", "name": "larger"}},
        plainly={"policy": "think", "scaffold": "plain", "prompt": "config/prompts/plain_micro.txt"},
    )
    where = {arm: {at: made.evaluated_in(arm, at) for at in made.checkpoints(arm)} for arm in made.arms}
    assert where["branch"] == {"base": "think", "sft": "think", "own": "branch"}
    assert where["other"] == {"base": "think", "sft": "other"}
    for arm in ("think", "hot", "larger", "plainly"):
        assert set(where[arm].values()) == {arm}


def test_compared_arms_meet_at_their_ends_last_of_all() -> None:
    branches = {"instruct": {"start": "think.sft", "stages": ["own"]}, "control": {"train": False}}
    for pair, met in {
        ("think", "instruct"): [("rl", "own")],
        ("instruct", "control"): [("own", "base")],
        ("control", "think"): [("base", "rl")],
    }.items():
        made = study(**branches).model_copy(update={"compare": [pair]})
        assert made.meetings(*pair) == met
        both = compared(made)
        assert both.at == met[-1] and both.checkpoint == "-".join(met[-1])
        assert both.minus == f"{pair[0]} − {pair[1]}, at {met[-1][0]} and {met[-1][1]}"
    asked = {"scaffold": "plain", "prompt": "config/prompts/plain_micro.txt"}
    plainly = study(plainly={**asked, "start": "think.sft", "stages": ["own"]})
    assert plainly.meetings("think", "plainly") == [("base", "base"), ("sft", "sft"), ("rl", "own")]
    alike = study(other={"stages": ["sft", "rl"], "against": "think"})
    assert alike.meetings("other", "think")[-1] == ("rl", "rl") and compared(alike).minus == "other − think"


def test_arms_are_compared_in_pairs_that_the_study_or_they_themselves_name() -> None:
    three = {"b": {}, "c": {"against": "think"}}
    document = study(**three).model_dump()
    for said, found in {
        ("think", "b"): [("think", "b"), ("c", "think")],
        (("think", "b"), ("b", "c")): [("think", "b"), ("b", "c"), ("c", "think")],
        (): [("c", "think")],
        None: [("c", "think")],
    }.items():
        assert Study.model_validate(document | {"compare": said}).pairs() == found
    # With no word at all panel and think, where there are both.
    assert study(panel={}).pairs() == [("panel", "think")] and study(b={}).pairs() == []


def test_a_policy_arm_asks_the_checkpoints_of_another() -> None:
    made = study(direct={"policy": "think", "scaffold": "plain"})
    assert made.checkpoints("direct") == made.checkpoints("think")
    assert made.holder("direct", "rl") == "think"
    assert "direct" not in made.trained()


def test_shared_stages_are_trained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    made = study(instruct={"start": "think.sft", "stages": ["own"]}, direct={"policy": "think"})
    trained = {job.label for job in jobs(made, ROOT) if job.rule == "train"}
    assert trained == {"train think.sft", "train think.dpo", "train think.rl", "train instruct.own"}
    # A branch goes on with the adapter that it begins from.
    assert parameters("train", made, {"arm": "instruct", "stage": "own"})["lora"] is None
    assert parameters("train", made, {"arm": "think", "stage": "sft"})["lora"] is not None


def anew(*stages: str, **arms: dict[str, object]) -> Study:
    """The study of `study`, whose named stages begin a new adapter on the merged policy."""
    document = study(**arms).model_dump(exclude={"arms": {"__all__": {"run"}}})
    for name in stages:
        document["stages"][name]["lora"] = "new"
    return Study.model_validate(document)


def test_a_new_adapter_begins_on_the_merged_policy_that_later_stages_stand_on() -> None:
    made = anew("dpo", "own", branch={"start": "think.sft", "stages": ["own"]}, alone={"stages": ["own"]})
    models = {at: made.base_of("think", at).name for at in made.checkpoints("think")}
    assert models == {"base": "tiny", "sft": "tiny", "dpo": "think-sft", "rl": "think-sft"}
    assert made.base_of("think", "rl@1") == made.base_of("branch", "own") == made.base_of("think", "dpo")
    carried = {stage: made.carried("think", stage) for stage in made.own_stages("think")}
    assert carried == {"sft": None, "dpo": None, "rl": "dpo"}
    # Merged once for both; what begins at the base begins with a new adapter anyway.
    assert made.merges() == [("think", "sft")] and made.base_of("alone", "own").name == "tiny"
    twice = anew("dpo", "rl")
    assert twice.merges() == [("think", "sft"), ("think", "dpo")]
    assert twice.base_of("think", "rl").root == twice.base
    published = anew("own", olmo={"checkpoints": OLMO}, mine={"start": "olmo.dpo_adapter", "stages": ["own"]})
    assert published.merges() == [("olmo", "dpo_adapter")]
    assert published.base_of("mine", "own").root.repo == "lab/sft"
    adapter = {"repo": "lab/adapter", "revision": COMMIT}
    assert anew("own", mine={"stages": ["own"], "start_from": adapter}).merges() == [("mine", "base")]


def test_a_stage_says_that_it_begins_a_new_adapter_and_a_study_that_does_not_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    made, job = anew("dpo"), {"arm": "think", "stage": "dpo"}
    carried, begun = (parameters("train", each, job) for each in (study(), made))
    assert begun == carried | {"lora": made.lora.model_dump()} and carried["lora"] is None
    assert "merge think.sft" in {job.label for job in jobs(made, ROOT)}
    stages = [whole_study(parameters("number_records", each, {})).stages for each in (study(), made)]
    assert [each["dpo"].lora for each in stages] == ["carry", "new"]
    assert "lora" not in parameters("number_records", study(), {})["study"]["stages"]["dpo"]
    # Prompts are as long for a merged policy as for what it was merged into.
    assert parameters("lengths", made, {}) == parameters("lengths", study(), {})


def test_models_beside_the_base_need_servers_of_their_own() -> None:
    adapter = {"checkpoints": {"tuned": {"kind": "adapter", "repo": "lab/tuned", "revision": COMMIT}}}
    served = {"sampling": {"engine": "vllm", "url": "http://127.0.0.1:8000"}}
    for made, another in (
        (study(olmo={"checkpoints": OLMO}), "arms.olmo.checkpoints.sft_model is another"),
        (anew("dpo"), "stages with `lora: new` make others"),
        (study(olmo=adapter), None),
    ):
        asked = Study.model_validate(made.model_dump(exclude={"arms": {"__all__": {"run"}}}) | served)
        found = [line for line in every_problem(asked, ROOT) if line.startswith("sampling.url")]
        assert len(found) == (another is not None)
        if another:
            assert f"a running server has one model, and {another}; set server_python in place" in found[0]


def test_a_merged_policy_needs_a_name_of_its_own() -> None:
    named = anew("dpo", other={"train": False, "base": {"kind": "pretrain", "name": "think-sft"}})
    (found,) = [line for line in every_problem(named, ROOT) if "merged policy" in line]
    assert found.startswith("base.name: 'think-sft' is the name of the merged policy of think at sft")


def test_an_arm_may_sample_hotter_than_its_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    document = load_study("nano").model_dump()
    document["arms"]["hot"] = document["arms"]["plain"] | {"sampling": {"temperature": 1.5}}
    made = Study.model_validate(document)
    asked = {
        arm: parameters("sample", made, {"arm": arm, "checkpoint": "base", "slice": "math_test"})[
            "temperature"
        ]
        for arm in ("plain", "hot")
    }
    assert asked == {"plain": 1.0, "hot": 1.5}


COMMIT = "0123456789" * 4
OLMO = {
    "sft_model": {"repo": "lab/sft", "revision": COMMIT},
    "dpo_adapter": {"kind": "adapter", "repo": "lab/dpo"},
    "rl_model": {"repo": "lab/rl"},
}

BAD = {
    "an arm that begins from itself": (
        {"a": {"start": "a.own"}},
        r"arms\.a: its chain of arms is a circle \(a -> a\)",
    ),
    "a circle": (
        {"a": {"start": "b.own", "stages": ["rl"]}, "b": {"policy": "a"}},
        r"is a circle \(a -> b -> a\)",
    ),
    "a policy that is not there": ({"a": {"policy": "thinc"}}, r"arms\.a\.policy: .*thinc.*think"),
    "a start that is not there": ({"a": {"start": "thnk.sft"}}, r"arms\.a\.start: .*thnk.*think"),
    "a start without a stage": ({"a": {"start": "think"}}, r"arms\.a\.start: 'think' names no stage"),
    "a start that is not passed": (
        {"a": {"start": "think.own"}},
        r"arms\.a\.start: unknown stage of arm 'think' 'own'; (?!.*'?base)",
    ),
    "a start at a base": (
        {"a": {"start": "think.base"}},
        r"arms\.a\.start: an arm without a start begins at its base; remove it, or name a stage",
    ),
    "a stage that is not there": ({"a": {"stages": ["stf"]}}, r"arms\.a\.stages: .*stf.*sft"),
    "a stage twice": ({"a": {"stages": ["sft", "sft"]}}, r"arms\.a\.stages: 'sft' twice"),
    "a stage passed before": (
        {"a": {"start": "think.sft", "stages": ["sft"]}},
        r"arms\.a\.stages: 'sft' occurs twice in the arm's lineage",
    ),
    "a policy that is trained": (
        {"a": {"policy": "think", "stages": ["own"]}},
        r"arms\.a\.stages: .*remove it",
    ),
    "published checkpoints, but stages": (
        {"a": {"checkpoints": OLMO, "stages": ["own"]}},
        r"arms\.a\.stages: published checkpoints stand for them",
    ),
    "published checkpoints of another arm": (
        {"a": {"policy": "think", "checkpoints": OLMO}},
        r"arms\.a\.checkpoints: arm 'think' gives the checkpoints",
    ),
    "no published checkpoint": ({"a": {"checkpoints": {}}}, r"arms\.a\.checkpoints: empty"),
    "a published checkpoint with the name of a stage": (
        {"a": {"checkpoints": {"rl": {"repo": "lab/rl"}}}},
        r"arms\.a\.checkpoints\.rl: 'rl' is a stage of this study",
    ),
    "published checkpoints that begin at what is trained here": (
        {"a": {"start": "think.sft", "checkpoints": {"more": {"repo": "lab/x"}}}},
        r"arms\.a\.start: published checkpoints do not begin at what is trained here",
    ),
    "published checkpoints in a circle": (
        {"a": {"start": "b.two", "checkpoints": {"two": {"repo": "l/x"}}}, "b": {"policy": "a"}},
        r"is a circle \(a -> b -> a\)",
    ),
    "no training, but stages": ({"a": {"train": False, "stages": ["own"]}}, r"arms\.a\.train: false, but"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_lineage_that_cannot_be_is_refused(name: str) -> None:
    arms, message = BAD[name]
    found = list(problems(study(**arms)))
    assert any(re.search(message, line) for line in found), found


def test_a_repository_that_no_hub_can_have_is_refused() -> None:
    remedy = "is no folder here and no id of a hub repository; write it as owner/name"
    wrong = {"kind": "hub", "name": "b", "repo": "lab/b/c"}
    for arm, place, repo in (
        ({"checkpoints": {"x": {"repo": "$(touch x)"}}}, "checkpoints.x", "$(touch x)"),
        ({"checkpoints": {"x": {"repo": "lab/a..b", "kind": "adapter"}}}, "checkpoints.x", "lab/a..b"),
        ({"stages": ["own"], "base": wrong}, "base", "lab/b/c"),
    ):
        found = list(published_problems(study(a=arm), ROOT))
        assert found == [f"arms.a.{place}.repo: {repo!r} {remedy}"]


def test_a_circle_is_told_once_whoever_leads_into_it() -> None:
    arms = {"c": {"policy": "a"}, "a": {"start": "b.own", "stages": ["rl"]}, "b": {"policy": "a"}}
    remedy = "let one begin at the base"
    assert list(problems(study(**arms))) == [f"arms.a: its chain of arms is a circle (a -> b -> a); {remedy}"]


def published(**arms: dict[str, object]) -> Study:
    """The same with published checkpoints: a model, an adapter for it, and another model."""
    made = study(olmo={"checkpoints": OLMO}, **arms)
    return made.model_copy(update={"data": made.data.model_copy(update={"revisions": {"lab/dpo": COMMIT}})})


def test_published_checkpoints_stand_as_the_stages_of_a_lineage() -> None:
    made = published(
        asked={"policy": "olmo", "scaffold": "plain"},
        own={"start": "olmo.dpo_adapter", "stages": ["own"]},
        further={"start": "olmo.sft_model", "checkpoints": {"other": {"repo": "lab/other"}}},
    )
    assert made.checkpoints("olmo") == made.checkpoints("asked") == ["base", *OLMO]
    assert made.checkpoints("further") == ["base", "sft_model", "other"]
    assert "olmo" not in made.trained() and made.trained_through("own") == ["own"]
    models = {at: made.base_of("asked", at).name for at in made.checkpoints("asked")}
    assert models == {
        "base": "tiny",
        "sft_model": "olmo-sft_model",
        "dpo_adapter": "olmo-sft_model",
        "rl_model": "olmo-rl_model",
    }
    adapted = [at for at in made.checkpoints("asked") if made.adapted("asked", at)]
    assert adapted == ["dpo_adapter"]
    # What is trained here goes on with the adapter, on the model that this is for.
    assert (made.base_of("own", "own@1").name, made.adapted("own", "own@1")) == ("olmo-sft_model", True)
    assert made.evaluated_in("further", "sft_model") == "olmo"
    assert list(made.bases()) == ["tiny", "olmo-sft_model", "olmo-rl_model", "further-other"]


def test_published_checkpoints_are_pinned_by_themselves_or_by_the_revisions_of_the_study() -> None:
    made = published()
    assert made.base_of("olmo", "sft_model").revision == COMMIT
    assert made.adapters()["olmo", "dpo_adapter"].revision == COMMIT
    loose = made.base_of("olmo", "rl_model")
    with pytest.raises(
        WidebandError, match=r"lab/rl has no pinned commit.*`revision`, or under data\.revisi"
    ):
        commit_of(loose, "model 'olmo-rl_model'")
    bad = Arm(
        scaffold="think", prompt="p", checkpoints={"sft": PublishedCheckpoint(repo="l/m", revision="main")}
    )
    found = list(published_problems(made.model_copy(update={"arms": {"olmo": bad}}), ROOT))
    assert found == [
        "arms.olmo.checkpoints.sft.revision: 'main' is not a 40-digit commit; branches and tags move"
    ]


def test_their_jobs_fetch_models_and_adapters_and_train_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    made = published(own={"start": "olmo.sft_model", "stages": ["own"]})
    labels = {job.label for job in jobs(made, ROOT)}
    assert {"base olmo-sft_model", "base olmo-rl_model", "start olmo.dpo_adapter", "train own.own"} <= labels
    assert not any(label.startswith("train olmo") for label in labels)
    # A published model has no adapter: a fresh one is trained on it.
    assert parameters("train", made, {"arm": "own", "stage": "own"})["lora"] is not None
    base = parameters("base", made, {"base": "olmo-sft_model"})["base"]
    assert (base["repo"], base["revision"], base["dtype"]) == ("lab/sft", COMMIT, "float32")
    # Specs sort their keys; the order of checkpoints is kept.
    stored = json.dumps(parameters("number_records", made, {}), sort_keys=True)
    read = whole_study(json.loads(stored))
    assert read.checkpoints("olmo") == ["base", *OLMO]
    assert read.adapters() == made.adapters() and read.adapters()["olmo", "dpo_adapter"].revision == COMMIT


def test_a_folder_that_is_no_checkpoint_of_the_base_is_refused(tmp_path: Path) -> None:
    for name, content in {
        "wide": {"model_type": "qwen3_moe", "num_hidden_layers": 3, "hidden_size": 64},
        "fits": {"model_type": "qwen3_moe", "num_hidden_layers": 3, "hidden_size": 128},
        "adapter": None,
        "empty": None,
    }.items():
        (tmp_path / name).mkdir()
        if content:
            (tmp_path / name / "config.json").write_text(json.dumps(content))
    (tmp_path / "adapter/adapter_config.json").write_text("{}")
    for (repo, kind), message in {
        ("./wide", "model"): r"repo: \./wide does not fit its lineage's base \(hidden size: 64, not 128\)",
        ("./adapter", "model"): r"kind: \./adapter is a PEFT adapter; set kind: adapter",
        ("./empty", "model"): r"repo: \./empty has no config\.json",
        ("./empty", "adapter"): r"repo: .*adapter_config\.json is missing",
        ("./none", "model"): r"repo: no folder \./none",
        ("./fits", "model"): None,
    }.items():
        found = list(
            published_problems(study(olmo={"checkpoints": {"at": {"repo": repo, "kind": kind}}}), tmp_path)
        )
        assert len(found) == bool(message), found
        assert not message or re.search(r"arms\.olmo\.checkpoints\.at\." + message, found[0]), found


def test_lineages_that_can_be_have_no_problem() -> None:
    made = study(
        instruct={"start": "think.sft", "stages": ["own"]},
        direct={"policy": "instruct"},
        base={"train": False},
    )
    assert list(problems(made)) == []
