"""Endpoints of others: what they are asked, what is kept of it, faults, keys and money."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import openai_stub
import pandas as pd
import pytest
import yaml

from wideband.config import load_study
from wideband.config.checks_endpoints import terms
from wideband.config.load import StudyError
from wideband.config.parameters import parameters
from wideband.policy.base import NoWeights, load_tokenizer
from wideband.policy.endpoint import Endpoint, endpoint_of, write_endpoint
from wideband.sampling.endpoint_prompts import render
from wideband.sampling.openai_engine import OpenAIEngine, Terms
from wideband.sampling.partial_completions import PartialCompletions
from wideband.sampling.requests import Request, Settings
from wideband.sampling.rollouts import sample_rollouts
from wideband.sampling.spending import BudgetSpent
from wideband.sampling.vllm_engine import ServerError
from wideband.scaffolds import get
from wideband.tables import read_table, write_table
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-very-secret"
SETTINGS = Settings(0.7, 20, ("</answer>",))
PROBLEMS = pd.DataFrame({"uid": ["a", "b"], "problem": ["say yes", "say no"], "turns": [None, None]})
LABELS = {"arm": "there", "checkpoint": "base", "slice": "some"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai_stub.Server]:
    monkeypatch.setenv("SOME_KEY", KEY)
    with openai_stub.serving() as running:
        yield running


def engine(server: openai_stub.Server, folder: Path, api: str = "chat", **changes: object) -> OpenAIEngine:
    asked = {
        "key_variable": "SOME_KEY",
        "concurrency": 2,
        "budget": None,
        "input_per_million": 0.0,
        "output_per_million": 0.0,
    }
    kept = PartialCompletions(folder / "state", paid=True)
    return OpenAIEngine(
        Endpoint(server.url, "m", api), Terms(**asked | changes), folder / "spending.jsonl", kept
    )


def requests(count: int) -> list[Request]:
    return [Request(json.dumps([{"role": "user", "content": f"say {n}"}]), n) for n in range(count)]


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_rollouts_have_texts_and_counts_and_nothing_that_was_not_given(
    server: openai_stub.Server, tmp_path: Path, api: str
) -> None:
    asked = engine(server, tmp_path, api)
    scaffold = get("direct")
    rendered = render(asked.endpoint, scaffold, "{problem}")
    made = sample_rollouts(asked, PROBLEMS, rendered, SETTINGS, 2, 7, LABELS)
    write_table(made, tmp_path / "some.parquet", "rollouts")
    table = read_table(tmp_path / "some.parquet", "rollouts")
    assert table["completion"].tolist() == ["yes", "yes", "no", "no"]
    assert table[["token_ids", "seed", "logprob"]].isna().all(axis=None)
    assert table["completion_tokens"].tolist() == [5] * 4 and table["prompt_tokens"].tolist() == [10] * 4
    assert set(table["engine"]) == {"openai"}
    path, body = server.asked[0]
    assert path == {"chat": "/v1/chat/completions", "completions": "/v1/completions"}[api]
    assert (body["temperature"], body["max_tokens"], body["stop"]) == (0.7, 20, ["</answer>"])
    assert "seed" not in body and server.keys == {KEY}


def test_a_busy_a_broken_and_a_silent_server_are_asked_again_as_late_as_they_say(
    server: openai_stub.Server, tmp_path: Path
) -> None:
    server.faults, server.retry_after = [429, 500, 0], "1"
    began = time.monotonic()
    done = engine(server, tmp_path, concurrency=1).sample(requests(1), SETTINGS)
    assert [each.text for each in done] == ["0"]
    assert time.monotonic() - began >= 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_one_line_without_the_key(
    server: openai_stub.Server, tmp_path: Path, status: int
) -> None:
    server.faults = [status] * 9
    with pytest.raises(ServerError) as caught:
        engine(server, tmp_path).sample(requests(1), SETTINGS)
    said = str(caught.value)
    assert KEY not in said and "\n" not in said and str(status) in said
    assert caught.value.__cause__ is None


def test_a_key_is_hidden_before_a_message_is_cut(
    server: openai_stub.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", KEY * 40)
    server.faults = [400]
    with pytest.raises(ServerError) as caught:
        engine(server, tmp_path).sample(requests(1), SETTINGS)
    assert KEY not in str(caught.value) and "<key>" in str(caught.value)


def test_answers_before_a_refusal_are_kept_and_not_asked_for_again(
    server: openai_stub.Server, tmp_path: Path
) -> None:
    asked = engine(server, tmp_path, concurrency=1)
    server.faults = [400]
    with pytest.raises(ServerError):
        asked.sample(requests(4), SETTINGS)
    before = len(server.asked)
    again = engine(server, tmp_path, concurrency=1)
    assert [each.text for each in again.sample(requests(4), SETTINGS)] == ["0", "1", "2", "3"]
    assert again.partial.rollouts == before and len(server.asked) == 4
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["paid.jsonl"]


def test_no_request_goes_beyond_the_budget_and_a_raised_one_goes_on(
    server: openai_stub.Server, tmp_path: Path
) -> None:
    # An answer costs 10 + 5 * 10 = 60 millionths, and may cost some 320.
    prices = {"input_per_million": 1.0, "output_per_million": 10.0, "concurrency": 1}
    poor = engine(server, tmp_path, budget=500e-6, **prices)
    with pytest.raises(BudgetSpent, match=r"resources.endpoints.budget: 0.000\d of 0.0005 is spent"):
        poor.sample(requests(20), SETTINGS)
    paid = len(server.asked)
    assert 2 <= paid < 9
    assert spent(tmp_path) == pytest.approx(paid * 60e-6)
    rich = engine(server, tmp_path, budget=1.0, **prices)
    assert len(rich.sample(requests(20), SETTINGS)) == 20 and len(server.asked) == 20
    assert rich.spending.spent < 20 * 60e-6 + 1e-9


def spent(folder: Path) -> float:
    return sum(json.loads(line).get("cost", 0.0) for line in (folder / "spending.jsonl").open())


PRICES = {"input_per_million": 1.0, "output_per_million": 10.0, "concurrency": 1}
# Of the first of `requests`: its bytes, the template's tokens, 20 tokens of an answer.
MOST = (len(requests(1)[0].prompt) + 64 + 20 * 10) * 1e-6


@pytest.mark.parametrize(
    ("changed", "cost"),
    [
        ("<html>busy</html>", MOST),
        ("[1]", MOST),
        ({"usage": None}, MOST),
        ({"usage": {"prompt_tokens": None, "completion_tokens": 5}}, MOST),
        ({"usage": {"prompt_tokens": "10", "completion_tokens": 5}}, MOST),
        ({"choices": []}, 60e-6),
        ({"choices": [None]}, 60e-6),
        ({"choices": [{"message": None}]}, 60e-6),
        ({"choices": [{"message": {"content": ["parts"]}}]}, 60e-6),
    ],
)
def test_an_odd_answer_is_booked_and_refused_in_one_line(
    server: openai_stub.Server, tmp_path: Path, changed: dict | str, cost: float
) -> None:
    server.changed = changed
    with pytest.raises(ServerError, match="no choices or no token counts"):
        engine(server, tmp_path, **PRICES).sample(requests(1), SETTINGS)
    assert spent(tmp_path) == pytest.approx(cost)


def test_half_a_character_becomes_a_question_mark(server: openai_stub.Server, tmp_path: Path) -> None:
    message = {"message": {"content": "a\ud83d"}, "finish_reason": "stop"}
    server.changed = {"choices": [message]}
    done = engine(server, tmp_path).sample(requests(2), SETTINGS)
    assert [each.text for each in done] == ["a?", "a?"]


def test_a_silent_answer_is_an_empty_text(server: openai_stub.Server, tmp_path: Path) -> None:
    server.changed = {"choices": [{"message": {"role": "assistant"}, "finish_reason": "length"}]}
    (done,) = engine(server, tmp_path).sample(requests(1), SETTINGS)
    assert (done.text, done.finish_reason) == ("", "length")


def test_each_try_without_an_answer_counts_at_its_most_and_a_refusal_at_nothing(
    server: openai_stub.Server, tmp_path: Path
) -> None:
    server.faults = [0, 500]
    engine(server, tmp_path, **PRICES).sample(requests(1), SETTINGS)
    assert spent(tmp_path) == pytest.approx(MOST + 60e-6)


def test_a_prompt_is_bounded_by_its_bytes(server: openai_stub.Server, tmp_path: Path) -> None:
    # 100 characters of four bytes, each up to four tokens; an answer may cost no more than 20 tokens.
    prompt = json.dumps([{"role": "user", "content": "\N{GRINNING FACE}" * 100}], ensure_ascii=False)
    prices = {"input_per_million": 1.0, "output_per_million": 1.0, "concurrency": 1, "budget": 400e-6}
    with pytest.raises(BudgetSpent):
        engine(server, tmp_path, **prices).sample([Request(prompt, 0)], SETTINGS)
    assert server.asked == []


def test_organization_and_project_are_not_sent(
    server: openai_stub.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-mine")
    engine(server, tmp_path).sample(requests(1), SETTINGS)
    assert not {"openai-organization", "openai-project"} & server.headers


def test_a_key_that_is_not_set_is_named(
    server: openai_stub.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOME_KEY")
    with pytest.raises(ServerError, match="variable SOME_KEY is not set: put the endpoint's key there"):
        engine(server, tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    engine(server, tmp_path, key_variable=None).sample(requests(1), SETTINGS)
    assert server.keys == {"none"}


def test_an_endpoint_has_no_weights(tmp_path: Path) -> None:
    there = Endpoint("http://x/v1", "m", "chat")
    write_endpoint(tmp_path, there)
    assert endpoint_of(tmp_path) == there
    with pytest.raises(NoWeights, match="m is an endpoint; it has no weights and no tokenizer"):
        load_tokenizer(tmp_path)


BASE = {"kind": "endpoint", "name": "there", "url": "https://api.example/v1", "model": "m"}


def study(folder: Path, base: dict = BASE, **changes: object) -> object:
    content = yaml.safe_load((ROOT / "config/studies/nano.yaml").read_text()) | {"name": "there"}
    content["arms"] = {
        "there": {"scaffold": "direct", "prompt": "config/prompts/direct.txt", "train": False, "base": base}
    } | {"think": content["arms"]["think"]}
    content["data"]["slices"]["picks"] = {"source": "choice", "split": "test", "spaces": ["planet"]}
    content["benchmarks"]["picks"] = {"n": 2, "max_tokens": 8}
    file = folder / "there.yaml"
    file.write_text(yaml.safe_dump(content | changes, sort_keys=False))
    return load_study(file, ROOT)


def test_a_study_with_an_endpoint_has_samples_of_it_and_no_exact_laws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    loaded = study(tmp_path)
    planned = {job.label: job for job in jobs(loaded, ROOT)}
    assert "sample there.base.picks" in planned and "loglikelihood there.base.picks" not in planned
    assert planned["sample there.base.picks"].spec.params["sampling"] == {"engine": "openai"}
    assert planned["sample think.base.picks"].spec.params["sampling"]["engine"] == "transformers"
    assert set(planned["lengths study"].spec.params["arms"]) == {"think"}
    base = parameters("base", loaded, {"base": "there"})["base"]
    other = study(tmp_path, BASE | {"key_variable": "OTHER_KEY"}, resources={"endpoints": {"concurrency": 1}})
    assert parameters("base", other, {"base": "there"})["base"] == base
    assert terms(other, "there")["endpoint"]["key_variable"] == "OTHER_KEY" and terms(other, "think") == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "https://user:secret@api.example/v1"}, "url: is not a plain address"),
        ({"url": "https://api.example/v1?key=secret"}, "url: is not a plain address"),
        ({"key_variable": "sk-secret"}, "key_variable: is not the name of an environment variable"),
    ],
)
def test_keys_in_a_study_file_are_refused_and_not_shown(tmp_path: Path, change: dict, said: str) -> None:
    with pytest.raises(StudyError) as caught:
        study(tmp_path, BASE | change)
    assert said in str(caught.value) and "secret" not in str(caught.value)


def test_what_an_endpoint_cannot_do_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"sampling\.engine: openai samples only bases of kind endpoint"):
        study(tmp_path, sampling={"engine": "openai"})
    with pytest.raises(StudyError, match=r"resources\.endpoints\.budget: a budget needs prices"):
        study(tmp_path, prices={}, resources={"endpoints": {"budget": 1.0}})


def test_an_endpoints_own_tokens_are_left_out_or_refused(tmp_path: Path) -> None:
    loaded = study(tmp_path, texts={"tokens": ["own", "words1000"]})
    assert (loaded.tokens("there"), loaded.tokens("think")) == (["words1000"], ["own", "words1000"])
    with pytest.raises(StudyError, match=r"texts\.tokens: own is the base's tokenizer, which the endpoint"):
        study(tmp_path, texts={"tokens": ["own"]})


@pytest.mark.parametrize("scaffold", ["direct_final", "think_suppressed"])
def test_a_scaffold_that_begins_the_answer_is_refused_in_a_chat(tmp_path: Path, scaffold: str) -> None:
    arm = {"scaffold": scaffold, "prompt": "config/prompts/direct.txt", "train": False}
    think = yaml.safe_load((ROOT / "config/studies/nano.yaml").read_text())["arms"]["think"]
    with pytest.raises(StudyError, match=rf"arms\.there\.scaffold: '{scaffold}' begins the answer"):
        study(tmp_path, arms={"there": arm | {"base": BASE}, "think": think})
    study(tmp_path, arms={"there": arm | {"base": BASE | {"api": "completions"}}, "think": think})


def test_messages_are_stripped_as_in_a_chat_template() -> None:
    asked = render(Endpoint("http://x/v1", "m", "chat"), get("direct"), "\n{problem}\n")
    said = json.loads(asked(" one? ", ["before?", "yes"]))
    assert [each["content"] for each in said] == ["before?", "yes", "one?"]
