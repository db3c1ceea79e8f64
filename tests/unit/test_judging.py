"""A judge of pairs of answers: what it is asked, what of its answers counts, and what comes of that."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openai_stub
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

from wideband.config import Study, load_study
from wideband.config.checks_endpoints import judge_terms
from wideband.config.evaluation import Judge
from wideband.config.load import StudyError
from wideband.config.parameters import parameters
from wideband.config.runs import by_run
from wideband.judging import between
from wideband.metrics import judge_names
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.judge_names import FIRST, TIE, UNREADABLE, WIN
from wideband.metrics.judgements import by_prompt, read
from wideband.numbers import build, recompute
from wideband.numbers.inputs import Tables
from wideband.numbers.plan_texts import judge_numbers
from wideband.numbers.ranges import possible
from wideband.numbers.study import planned
from wideband.report.figures.diversity import of_judge
from wideband.report.literals import literals, study_names
from wideband.sampling.spending import BudgetSpent
from wideband.tables import SCHEMAS, read_table, write_table
from wideband.workflow.estimate import judge_requests
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).parents[2]
KEY = "sk-very-secret"
# The stand-in server answers with the last word of what it is asked.
ECHO = "{prompt} {first} {second}"
PROBLEMS = pd.DataFrame({"uid": ["a", "b"], "problem": ["say {first}", "write"]})


def cfg(**changes: object) -> Judge:
    """A judge that echoes."""
    return Judge(**{"url": "http://localhost/v1", "model": "org/Judge-1", "prompt": ECHO, **changes})


def answers(ends: str, samples: int = 3) -> tuple[pd.DataFrame, list[str]]:
    """Rollouts of both prompts and their texts."""
    keys = [(uid, sample) for uid in PROBLEMS["uid"] for sample in range(samples)]
    return pd.DataFrame(keys, columns=["uid", "sample"]), [f"{uid} {sample} {ends}" for uid, sample in keys]


def test_every_pair_is_asked_about_in_both_orders_and_texts_stay_as_they_are() -> None:
    asked = between(PROBLEMS, answers("{second} x"), answers("y"), cfg(pairs=2))
    assert len(asked.requests) == len(asked.keys) == 2 * 2 * 2
    pairs = asked.keys.groupby(["uid", "sample", "other"])["place"].agg(set)
    assert len(pairs) == 4 and all(each == {0, 1} for each in pairs)
    for (_, row), request in zip(asked.keys.iterrows(), asked.requests, strict=True):
        (message,) = json.loads(request.prompt)
        mine, base = f"{row.uid} {row['sample']} {{second}} x", f"{row.uid} {row.other} y"
        problem = PROBLEMS.set_index("uid")["problem"][row.uid]
        assert message["content"] == " ".join([problem, *((base, mine) if row.place else (mine, base))])
    again = between(PROBLEMS, answers("{second} x"), answers("y"), cfg(pairs=2))
    assert again.keys.equals(asked.keys)
    other = between(PROBLEMS, answers("x", 40), answers("y", 40), cfg(pairs=30, swap=False, seed=2))
    # Without a swap the drawn order is the only one.
    assert len(other.keys) == 60 and 15 < other.keys["place"].sum() < 45
    assert not other.keys.duplicated(["uid", "sample"]).any()


def test_an_output_without_text_is_shown_empty_and_long_ones_are_cut() -> None:
    rollouts, texts = answers("x")
    asked = between(PROBLEMS, (rollouts, [None, " ", *texts[2:]]), answers("y"), cfg(characters=3))
    assert asked.keys.groupby("uid").size().to_dict() == {"a": 6, "b": 6}
    shown = {
        (row.uid, row["sample"], row.place): request
        for (_, row), request in zip(asked.keys.iterrows(), asked.requests, strict=True)
    }
    assert json.loads(shown["a", 0, 0].prompt)[0]["content"].startswith("say {first}  a ")
    assert json.loads(shown["a", 2, 0].prompt)[0]["content"].count("a ") == 2


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Both are fine. Verdict: A", "a"),
        ("**Verdict:** B.", "b"),
        ("verdict: [[tie]]", "tie"),
        ("Verdict: A? No. Verdict: B", "b"),
        ("A", ""),
        ("Verdict: Answer", ""),
        ("Verdict: neither", ""),
        ("Verdict: A tie.", "tie"),
        ("It is hard to say. Verdict: a tie", "tie"),
        ("Verdict: B (shorter)", "b"),
        ("Verdict: A, since it is right", "a"),
        ("Verdict: A and B are equally good", ""),
        ("Verdict: A/B", ""),
        ("Verdict: A is better", "a"),
        ("Verdict: B wins.", "b"),
        ("Verdict: a close call", ""),
        ("Verdict: B\nIt is shorter.", "b"),
        ("My verdict: a close call", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_last_verdict_counts_and_nothing_is_guessed(said: str | None, verdict: str) -> None:
    assert read(said) == verdict


def test_shares_are_of_prompts_and_answers_without_a_verdict_are_counted_as_such() -> None:
    rows = [
        *(("a", 0, "Verdict: A"), ("a", 1, "Verdict: A"), ("a", 0, "verdict: tie"), ("a", 1, "no idea")),
        *(("b", 0, "Verdict: B"), ("b", 1, "Verdict: A")),
        ("c", 0, ""),
    ]
    table = pd.DataFrame(rows, columns=["uid", "place", "said"])
    np.testing.assert_allclose(by_prompt(table, WIN), [(1 + 0 + 0.5) / 3, 0])
    np.testing.assert_allclose(by_prompt(table, TIE), [1 / 3, 0])
    np.testing.assert_allclose(by_prompt(table, UNREADABLE), [1 / 4, 0, 1])
    np.testing.assert_allclose(by_prompt(table, FIRST), [1, 0.5])


def test_compared_arms_are_paired_by_prompt_where_both_have_a_verdict(tmp_path: Path) -> None:
    labels = {"arm": "x", "checkpoint": "y", "slice": "z", "sample": 0, "other": 0}
    counts = dict.fromkeys(("prompt_tokens", "completion_tokens"), 1)
    said = {
        "first": [("a", 0, "Verdict: A"), ("b", 0, "Verdict: tie"), ("c", 0, "Verdict: A")],
        "second": [("a", 0, "Verdict: B"), ("b", 0, "Verdict: A"), ("c", 0, "no idea")],
    }
    paths = tuple(f"arms/{name}/y/judgements/z.parquet" for name in said)
    for path, rows in zip(paths, said.values(), strict=True):
        table = pd.DataFrame(rows, columns=["uid", "place", "said"]).assign(**labels, **counts)
        write_table(table, tmp_path / path, "judgements")
    boot = Bootstrap(resamples=100)
    record = build("x", "judge.difference", {"what": WIN}, paths, Tables(tmp_path), boot)
    assert (record.value, record.n) == ((1 - 0.5) / 2, 2)
    assert recompute(record, tmp_path) == (record.value, record.ci)


def test_win_rates_are_compared_where_arms_began_at_one_base_and_ask_alike(document: dict) -> None:
    whole = yaml.safe_load((ROOT / "config/studies/collapse.yaml").read_text())
    study = by_run(Study.model_validate(whole | {"judge": document["judge"]}))
    name = judge_names.name(WIN, study.judge)
    paired = {
        request.id.removeprefix(f"{name}.diff."): request.paths
        for request in planned(study)
        if request.estimator == "judge.difference"
    }
    tables = [f"arms/{arm}/{arm}_sft/judgements/open_prompts.parquet" for arm in ("narrow_s1", "broad_s1")]
    (of_runs,) = (paths for cell, paths in paired.items() if ".narrow-broad." in cell)
    assert len(of_runs) == 6 and all(table.replace("_s1_sft", "_sft") in of_runs for table in tables)
    # think_direct asks otherwise: its answers stand beside another base's.
    assert not [cell for cell in paired if "think_direct" in cell]
    assert {cell.split(".")[1] for cell in paired} == {"think-instruct", "think-rl_zero", "narrow-broad"}
    assert possible(f"{name}.diff.open_prompts.narrow-broad.narrow_sft-broad_sft") == (-1, 1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai_stub.Server]:
    monkeypatch.setenv("JUDGE_KEY", KEY)
    with openai_stub.serving() as running:
        yield running


@pytest.fixture(scope="module")
def document() -> dict:
    """The study `collapse` with less of everything, and a judge that echoes."""
    content = yaml.safe_load((ROOT / "config/studies/collapse.yaml").read_text())
    content["arms"] = {name: content["arms"][name] for name in ("think", "think_direct")}
    content["stages"] = {name: body for name, body in content["stages"].items() if name[:6] == "think_"}
    content["compare"] = [["think", "think_direct"]]
    content["judge"] = cfg(key_variable="JUDGE_KEY", pairs=2).model_dump()
    return content


@pytest.fixture(scope="module")
def study(document: dict) -> Study:
    return Study.model_validate(document)


def asked_of(study: Study, server: openai_stub.Server, root: Path, **more: float) -> Path:
    """The judgements of one checkpoint, made by the script of the rule."""
    cell = {"arm": "think", "checkpoint": "think_dpo"}
    tables = {}
    for at, ends in (("think_dpo", "verdict:b"), ("base", "verdict:a")):
        frame, texts = answers(ends)
        extra = {"completion": [f"<think>{text}</think>" for text in texts], "prompt_sha": "0"}
        numbers = dict.fromkeys(("completion_tokens", "prompt_tokens", "seed"), 1)
        rest = {"finish_reason": "stop", "engine": "x", "logprob": None, "token_ids": None}
        labels = {"arm": "think", "checkpoint": at, "slice": "open_prompts"}
        tables[at] = root / f"arms/think/{at}/rollouts/open_prompts.parquet"
        write_table(frame.assign(**labels, **extra, **numbers, **rest), tables[at], "rollouts")
    problems = root / "data/open_prompts.parquet"
    whole = {"source": "prompts", "split": "test", "task": "open", "answer_type": "text"}
    nothing = dict.fromkeys(SCHEMAS["problems"].columns.keys() - {*PROBLEMS, *whole})
    write_table(PROBLEMS.assign(**whole, **nothing), problems, "problems")
    made = root / "arms/think/think_dpo/judgements/open_prompts.parquet"
    params = parameters("judge", study, cell)
    params["judge"]["url"] = server.url
    job = SimpleNamespace(
        params=params,
        input=SimpleNamespace(problems=[problems], rollouts=[tables["think_dpo"]], base=[tables["base"]]),
        output=SimpleNamespace(judgements=[made]),
        state=root / "state",
        root=root,
        endpoint=judge_terms(study)["endpoint"] | more,
        note=lambda **_: None,
        drop_state=lambda: None,
    )
    importlib.import_module("judge").main(job)
    return made


def test_a_judges_answers_become_numbers_that_recompute(
    study: Study, server: openai_stub.Server, tmp_path: Path
) -> None:
    server.faults = [429]
    table = read_table(asked_of(study, server, tmp_path), "judgements")
    assert len(table) == 2 * 2 * 2 and server.keys == {KEY}
    assert {body["temperature"] for _, body in server.asked} == {0.0}
    tables, boot = Tables(tmp_path), Bootstrap(resamples=100)
    values = {}
    for request in judge_numbers(study):
        if "think.think_dpo" in request.id:
            record = build(request.id, request.estimator, request.args, request.paths, tables, boot)
            assert recompute(record, tmp_path) == (record.value, record.ci) and record.n == 2
            values[record.id] = record.value
    digest = judge_names.digest(study.judge)
    cell = f"judge_1_{digest}_swapped.open_prompts.think.think_dpo"
    expected = {WIN: 1.0, TIE: 0.0, UNREADABLE: 0.0, FIRST: 0.5}
    assert values == {f"judge_{what}_{cell}": value for what, value in expected.items()}
    assert f"judge_win_rate_ties_half_{cell}" in values
    once = study.model_copy(update={"judge": study.judge.model_copy(update={"swap": False})})
    assert not {request.id for request in judge_numbers(once)} & {*values}, "asked otherwise, named otherwise"


def test_a_judge_spends_no_more_than_the_budget_and_goes_on_where_it_was(
    study: Study, server: openai_stub.Server, tmp_path: Path
) -> None:
    prices = {"input_per_million": 1.0, "output_per_million": 10.0, "concurrency": 1}
    with pytest.raises(BudgetSpent, match=r"resources\.endpoints\.budget"):
        asked_of(study, server, tmp_path, budget=5.4e-3, **prices)
    paid = len(server.asked)
    assert 1 <= paid < 8
    asked_of(study, server, tmp_path, budget=1.0, **prices)
    assert len(server.asked) == 8


def test_a_study_plans_a_judge_where_nothing_is_right_and_its_terms_change_no_result(
    study: Study, document: dict
) -> None:
    wanted = [job for job in jobs(study, ROOT) if job.rule == "judge"]
    assert {job.spec_path for job in wanted} == {
        f"specs/judge/{arm}.{at}.json"
        for arm in ("think", "think_direct")
        for at in ("think_sft", "think_dpo", "think_rl")
    }
    assert all(each.outputs[0].endswith("judgements/open_prompts.parquet") for each in wanted)
    other = Study.model_validate(
        document | {"judge": document["judge"] | {"key_variable": None, "input_per_million": 3.0}}
    )
    cell = {"arm": "think_direct", "checkpoint": "think_rl"}
    for rule in ("judge", "number_records"):
        assert parameters(rule, study, cell) == parameters(rule, other, cell)
    assert parameters("judge", study, cell)["scaffolds"]["mine"] == "think_suppressed"
    assert "judge" not in parameters("number_records", study.model_copy(update={"judge": None}), {})["study"]
    assert judge_requests(study) is None or judge_requests(study) > 0
    shown = [measure.title for measure in of_judge(study)]
    assert not [each for title in shown for each in literals(title, study_names(study))]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://key@host/v1"}, r"judge\.url"),
        ({"key_variable": "sk-12"}, r"judge\.key_variable"),
        ({"prompt": "{first} or {second}?"}, r"judge\.prompt.*lacks \{prompt\}"),
    ],
)
def test_a_judge_that_cannot_be_asked_is_refused_in_one_line(
    document: dict, tmp_path: Path, changes: dict, said: str
) -> None:
    file = tmp_path / "collapse.yaml"
    file.write_text(yaml.safe_dump(document | {"judge": document["judge"] | changes}))
    with pytest.raises((StudyError, ValidationError), match=said) as caught:
        load_study(file, ROOT)
    assert "sk-12" not in str(caught.value) and "key@host" not in str(caught.value)


def test_a_judge_needs_prompts_without_a_right_answer(document: dict, tmp_path: Path) -> None:
    file = tmp_path / "collapse.yaml"
    closed = {name: body for name, body in document["benchmarks"].items() if name != "open_prompts"}
    file.write_text(yaml.safe_dump(document | {"benchmarks": closed}))
    with pytest.raises(StudyError, match=r"judge: .*this study has none"):
        load_study(file, ROOT)
