"""Perplexity of passages: sliding windows, the plain sum that they come to, and what studies make of it."""

from math import exp
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from wideband.config.data import Data, Slice
from wideband.config.load import load_study
from wideband.data.slices import build_slice
from wideband.likelihood import laws
from wideband.likelihood.exact import passage_logprobs, windows
from wideband.likelihood.items import questions
from wideband.likelihood.tables import loglikelihoods
from wideband.metrics.answers import answers_table
from wideband.numbers.plan_answers import answer_numbers
from wideband.workflow.cells import Cells

ROOT = Path(__file__).parents[2]
METRICS = ["byte_perplexity", "token_perplexity"]
TEXT = "Water expands when it freezes. Most liquids do the opposite: they shrink, and sink."


@given(st.integers(1, 200), st.integers(4, 60))
def test_every_token_counts_once_with_at_least_half_a_window_before_it(tokens: int, window: int) -> None:
    counted = []
    for start, scored, end in windows(tokens, window):
        assert end - start <= window
        assert start == 0 or scored - start >= window // 2
        counted += range(scored, end)
    assert counted == list(range(1, tokens))


def plain(model: Any, tokenizer: Any, text: str, seen: int | None = None) -> list[float]:
    """Log-probability of each token by a forward pass of its own over all, or `seen`, tokens before it."""
    begin = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    ids = [begin, *tokenizer.encode(text, add_special_tokens=False)]
    found = []
    for at in range(1, len(ids)):
        context = torch.tensor([ids[0 if seen is None else max(0, at - seen) : at]])
        with torch.no_grad():
            found.append(float(model(input_ids=context).logits[0, -1].log_softmax(-1)[ids[at]]))
    return found


def test_a_passage_has_the_log_probability_of_its_tokens(model: Any, tokenizer: Any) -> None:
    expected = plain(model, tokenizer, TEXT)
    found, opening = passage_logprobs(model, tokenizer, TEXT)
    assert found.tolist() == pytest.approx(expected, abs=1e-4)
    assert float(opening.exp().sum()) == pytest.approx(1, abs=1e-4)


def test_a_window_hides_what_lies_before_it(model: Any, tokenizer: Any) -> None:
    window = 8
    found, _ = passage_logprobs(model, tokenizer, TEXT, window)
    begin = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    ids = torch.tensor([begin, *tokenizer.encode(TEXT, add_special_tokens=False)])
    for start, scored, end in windows(len(ids), window):
        with torch.no_grad():
            law = model(input_ids=ids[None, start:end]).logits[0].log_softmax(-1)
        expected = [float(law[at - 1 - start, ids[at]]) for at in range(scored, end)]
        assert found[scored - 1 : end - 1].tolist() == pytest.approx(expected, abs=1e-4)
    assert found.tolist() != pytest.approx(plain(model, tokenizer, TEXT), abs=1e-2)


def test_perplexities_follow_from_the_table(model: Any, tokenizer: Any) -> None:
    problems = build_slice("p", Data(slices={"p": Slice(source="passages", split="test", n=2)}))
    asked = questions(problems, ["ignored"] * 2)
    whose = {"arm": "a", "checkpoint": "base", "slice": "p"}
    exact = loglikelihoods(whose, list(problems["uid"]), asked, laws(model, tokenizer, asked))
    table = answers_table(whose, problems, exact, None, METRICS).set_index(["uid", "metric"])["value"]
    for uid, text in zip(problems["uid"], problems["problem"], strict=True):
        logprobs = plain(model, tokenizer, text)
        assert table[uid, "token_perplexity"] == pytest.approx(exp(-sum(logprobs) / len(logprobs)), rel=1e-3)
        bytes_ = len(text.encode())
        assert table[uid, "byte_perplexity"] == pytest.approx(exp(-sum(logprobs) / bytes_), rel=1e-3)


def test_passages_are_read_by_every_checkpoint_and_nothing_is_sampled(tmp_path: Path) -> None:
    said = (ROOT / "config/studies/nano.yaml").read_text()
    said = said.replace("  slices:\n", "  slices:\n    texts: {source: passages, split: test}\n", 1)
    said = said.replace("\nbenchmarks:\n", "\nbenchmarks:\n  texts: {title: Passages}\n", 1)
    (tmp_path / "nano.yaml").write_text(said)
    study = load_study(tmp_path / "nano.yaml", ROOT)
    cells = Cells(study)
    assert "texts" not in {cell.slice for cell in (*cells.sampled, *cells.graded, *cells.judged)}
    read = {(cell.arm, cell.checkpoint) for cell in cells.answered if cell.slice == "texts"}
    assert read == {(arm, at) for arm in cells.own for at in study.checkpoints(arm)}
    assert {cell for cell in cells.measured if cell.slice == "texts"} == set(cells.answered)
    assert study.metrics("panel", "base", "texts") == METRICS
    numbers = {request.id for request in answer_numbers(study)}
    assert {
        "byte_perplexity.texts.panel.base",
        "token_perplexity.gain.texts.panel.gsm8k_warmup-base",
    } <= numbers
