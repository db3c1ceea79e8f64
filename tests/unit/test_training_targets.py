"""Training on a target law: the packed loss is what a forward pass per prefix says, and runs go on."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tiny_methods import CHOICES, TARGETS, given_stage, tiny_method
from tiny_policy import Killed
from transformers import Trainer as HubTrainer

from wideband import tasks
from wideband.audit.training import wrong_in
from wideband.config.methods import METHODS
from wideband.errors import WidebandError
from wideband.grading.by_task import Asked, parse
from wideband.likelihood import Question, laws
from wideband.policy.base import load_model
from wideband.policy.packed_attention import take_packed
from wideband.provenance.digests import folder_digest
from wideband.spaces import answer_space
from wideband.tables import read_table, write_table
from wideband.training import dpo, methods, target_trainer
from wideband.training.log import eval_log, training_log
from wideband.training.publish import save_adapter
from wideband.training.target_items import END, TargetItem, labels_of_answers, labels_of_law
from wideband.training.target_trainer import packed_loss
from wideband.training.taught_items import of_solutions

# Options that are prefixes of one another, and siblings that share their first tokens.
SEQUENCES = [(5, 6), (5,), (5, 7, 8), (9,), (9, 6, 6, 4), (11, 12)]
LAW = np.array([0.3, 0.2, 0.1, 0.05, 0.25, 0.1])
ITEM = TargetItem([3, 4, 10, 8], SEQUENCES, LAW)
OTHER = TargetItem([7, 7], [(4,), (4, 4), (30, 31)], np.array([0.5, 0.25, 0.25]))


@pytest.fixture(scope="module")
def exact(tiny_base: Path) -> Any:
    """The tiny mixture of experts in fp64."""
    model = load_model(tiny_base).double().eval()
    # The default takes no fp64.
    model.set_experts_implementation("eager")
    take_packed(model)
    return model


def after(model: Any, item: TargetItem, prefix: tuple[int, ...]) -> torch.Tensor:
    """Log-probabilities of the next token, by a forward pass of its own."""
    ids = torch.tensor([[*item.prompt, *prefix]])
    return torch.log_softmax(model(input_ids=ids, use_cache=False).logits[0, -1], dim=-1)


def divergence(model: Any, item: TargetItem, prefix: tuple[int, ...], end: int) -> torch.Tensor:
    """KL(target || model) after a prefix, the target over the whole vocabulary."""
    logprobs = after(model, item, prefix)
    target = torch.zeros_like(logprobs)
    for mass, tokens in zip(item.law, item.sequences, strict=True):
        if tokens[: len(prefix)] == prefix:
            target[tokens[len(prefix)] if len(tokens) > len(prefix) else end] += mass
    target = target / target.sum()
    return torch.special.xlogy(target, target).sum() - (target * logprobs).sum()


def along_paths(model: Any, item: TargetItem, weights: np.ndarray, end: int, total: bool) -> torch.Tensor:
    """The weighted sum over answers of the sum, or the mean, over their prefixes."""
    losses = []
    for weight, tokens in zip(weights, item.sequences, strict=True):
        each = [divergence(model, item, tokens[:length], end) for length in range(len(tokens) + 1)]
        losses.append(weight * (sum(each) if total else sum(each) / len(each)))
    return sum(losses)


def both(model: Any, loss: torch.Tensor) -> tuple[float, torch.Tensor]:
    """A loss and its gradient in the attention of the first layer and in the experts of the last."""
    layers = model.model.layers
    weights = (layers[0].self_attn.q_proj.weight, layers[-1].mlp.experts.down_proj)
    return loss.item(), torch.cat([grad.flatten() for grad in torch.autograd.grad(loss, weights)])


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize("paths", ["all", 1, 3])
def test_loss_and_gradient_are_those_of_a_pass_per_prefix(
    exact: Any, tokenizer: Any, paths: str | int, total: bool
) -> None:
    end, random = tokenizer.eos_token_id, np.random.default_rng(3)
    weights = [item.law if paths == "all" else item.drawn(paths, random) / paths for item in (ITEM, OTHER)]
    taught = [
        (item, labels_of_law(item, each, total)) for item, each in zip((ITEM, OTHER), weights, strict=True)
    ]
    value, gradient = both(exact, packed_loss(exact, taught, end, exact.device))
    plain = [
        along_paths(exact, item, each, end, total) for item, each in zip((ITEM, OTHER), weights, strict=True)
    ]
    expected, due = both(exact, sum(plain) / 2)
    assert value == pytest.approx(expected, abs=1e-6)
    assert float((gradient - due).abs().max()) < 1e-6
    assert float(due.abs().max()) > 1e-3


def test_of_sampled_paths_only_their_prefixes_are_read() -> None:
    weights = np.array([0, 1.0, 0, 0, 0, 0])
    labels = labels_of_law(ITEM, weights, total=False)
    assert len(labels.trie) == 1
    assert sorted(labels.tokens[labels.states == 0]) == [5, 9, 11]
    assert sorted(labels.tokens[labels.states == 1]) == [END, 6, 7]
    assert labels.weights[labels.states == 0].sum() == pytest.approx(0.5)


def test_the_sum_over_the_trie_is_the_divergence_of_complete_answers(tiny_base: Path, tokenizer: Any) -> None:
    """The model's law over complete answers as the loglikelihood rule computes it, invalid mass included."""
    model = load_model(tiny_base).eval()
    numbers = [str(number) for number in (1, 10, 12, 100, 7)]
    law = dict(zip(numbers, (0.1, 0.4, 0.2, 0.05, 0.25), strict=True))
    question = Question("Pick a number. ", answer_space("numbers", "number", numbers, law))
    model_law = laws(model, tokenizer, [question])[0].logprobs
    target = np.array(question.space.law)
    sequences = [tuple(tokenizer.encode(each, add_special_tokens=False)) for each in numbers]
    item = TargetItem(tokenizer.encode(question.prompt), sequences, target)
    take_packed(model)
    with torch.no_grad():
        loss = packed_loss(
            model, [(item, labels_of_law(item, target, total=True))], tokenizer.eos_token_id, model.device
        )
    assert np.exp(model_law).sum() < 0.9
    assert float(loss) == pytest.approx(float((target * (np.log(target) - model_law)).sum()), abs=1e-5)


def test_sampled_answers_count_as_often_as_they_came(exact: Any, tokenizer: Any) -> None:
    end, counts = tokenizer.eos_token_id, np.array([2, 0, 1, 0, 0, 1])
    losses = [
        -count * after(exact, ITEM, tokens[:length])[tokens[length] if length < len(tokens) else end]
        for count, tokens in zip(counts, SEQUENCES, strict=True)
        for length in range(len(tokens) + 1)
    ]
    expected, due = both(exact, sum(losses) / (2 * 3 + 4 + 3))
    taught = [(ITEM, labels_of_answers(ITEM, counts))]
    value, gradient = both(exact, packed_loss(exact, taught, end, exact.device))
    assert value == pytest.approx(expected, abs=1e-6)
    assert float((gradient - due).abs().max()) < 1e-6


class FailingAt(target_trainer.LossLines):
    """Ends a run as a killed process would, before a step."""

    step = 0

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Called by the trainer."""
        if state.global_step + 1 == self.step:
            raise Killed


def adapter(trainer: HubTrainer, folder: Path) -> str:
    """The digest of the adapter that a run ends with."""
    save_adapter(trainer, folder)
    return folder_digest(folder)


@pytest.mark.parametrize("stage", TARGETS.values(), ids=TARGETS)
def test_a_killed_run_ends_with_the_bytes_of_an_uninterrupted_one(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: dict[str, Any]
) -> None:
    whole = tiny_method(tiny_base, tmp_path / "whole", publish_every=2, **stage)
    with monkeypatch.context() as patched:
        patched.setattr(FailingAt, "step", 3)
        for module in (target_trainer, dpo):
            patched.setattr(module, "LossLines", FailingAt)
        with pytest.raises(Killed):
            tiny_method(tiny_base, tmp_path / "killed", publish_every=2, **stage)
    resumed = tiny_method(tiny_base, tmp_path / "killed", publish_every=2, **stage)
    assert adapter(resumed, tmp_path / "a") == adapter(whole, tmp_path / "b")
    assert folder_digest(tmp_path / "killed/published/2") == folder_digest(tmp_path / "whole/published/2")
    told = [eval_log(run.state.log_history, "a", "s", "held_out") for run in (resumed, whole)]
    assert told[0].equals(told[1])
    assert list(told[0].get("step", [])) == ([0, 0, 3, 3, 4, 4] if "eval" in stage else [])
    write_table(training_log(resumed.state.log_history, "a", "s"), tmp_path / "log.parquet", "training_log")
    log = read_table(tmp_path / "log.parquet", "training_log")
    assert list(log["step"]) == [1, 2, 3, 4]
    assert (log[["loss", "tokens", "seconds", "grad_norm"]] > 0).all(axis=None)
    assert (log["trained_tokens"] > log["tokens"]).all()
    course = [0, 1, 0.75, 0.25] if stage.get("schedule") == "cosine" else [1] * 4
    assert list(log["lr"]) == pytest.approx([1e-2 * share for share in course])
    if "tokens" in stage:
        assert log["trained_tokens"][:-1].sum() < stage["tokens"] <= log["trained_tokens"].sum()
    said = {key: value for key, value in ({"steps": 4, "lr": 1e-2} | stage).items() if key != "scaffold"}
    job = SimpleNamespace(spec=SimpleNamespace(params={"stage": said}), wildcards={"arm": "a", "stage": "s"})
    assert list(wrong_in(log, job)) == []
    off = log.assign(lr=log["lr"][::-1].to_numpy() * 1.01, trained_tokens=log["trained_tokens"] // 2)
    assert len(list(wrong_in(off, job))) == 1 + ("tokens" in stage)
    assert log["reward"].isna().all()


def test_training_on_the_law_brings_the_policy_nearer_to_it(tiny_base: Path, tmp_path: Path) -> None:
    """On attention and experts of a mixture of experts alike."""
    run = tiny_method(tiny_base, tmp_path, method="soft_target", loss="sum", steps=40, groups=3, lr=2e-2)
    losses = [row["loss"] for row in run.state.log_history if "tokens" in row]
    assert losses[-1] < 0.5 * losses[0]
    moved = [name for name, each in run.model.named_parameters() if "lora_B" in name and each.abs().sum() > 0]
    assert any("experts" in name for name in moved)
    assert any("q_proj" in name for name in moved)


def test_micro_batches_change_nothing_but_rounding(tiny_base: Path, tmp_path: Path) -> None:
    one = tiny_method(tiny_base, tmp_path / "one", method="soft_target", steps=2)
    two = tiny_method(tiny_base, tmp_path / "two", method="soft_target", steps=2, trainer={"micro_batch": 1})
    losses = [[row["loss"] for row in run.state.log_history if "tokens" in row] for run in (one, two)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def worked(base: Path, problems: Any, context: int = 256, scaffold: str = "think") -> dict[str, TargetItem]:
    said = {"method": "sft", "slice": "tiny", "steps": 1, "answers": "solutions"}
    return of_solutions(replace(given_stage(base, base, problems, None, scaffold, said), context=context))


def test_worked_answers_stand_in_the_scaffold_and_each_is_as_likely(tiny_base: Path, tokenizer: Any) -> None:
    item = worked(tiny_base, CHOICES)["number"]
    written = [tokenizer.decode(sequence) for sequence in item.sequences]
    assert written[0].replace(" ", "") == "<think>3+4=7</think><answer>7</answer>"
    assert len(set(written)) == 3 and list(item.law) == [1 / 3] * 3
    # The prompt is read and not taught.
    assert labels_of_answers(item, np.array([1, 0, 2])).prefixes == sum(
        times * (len(item.sequences[row]) + 1) for row, times in enumerate((1, 0, 2))
    )


@pytest.mark.parametrize(
    ("scaffold", "task", "gold", "wanted"),
    [
        ("direct", "math", "7", "3 + 4 = 7\n#### 7"),
        ("think", "math", "7", "<think>3 + 4 = 7</think><answer>7</answer>"),
        ("direct", "open", None, "3 + 4 = 7"),
        ("chat", "open", None, "3 + 4 = 7"),
        ("think", "open", None, "<answer>3 + 4 = 7</answer>"),
    ],
)
def test_a_worked_answer_is_taught_as_it_is_read(
    tiny_base: Path, tokenizer: Any, scaffold: str, task: str, gold: str | None, wanted: str
) -> None:
    problems = CHOICES[1:2].assign(task=task, gold=gold, solutions=[["3 + 4 = 7"]])
    (sequence,) = worked(tiny_base, problems, scaffold=scaffold)["number"].sequences
    assert tokenizer.decode(sequence).replace(" ", "") == wanted.replace(" ", "")
    (read,) = parse(scaffold, [wanted], [Asked(task, (), gold)])
    assert tasks.load(task).read(read, ()).answer == (gold or "3 + 4 = 7")


def test_an_item_without_a_worked_answer_or_room_for_it_is_named(tiny_base: Path) -> None:
    with pytest.raises(WidebandError, match="uid 'number' has no worked answer"):
        worked(tiny_base, CHOICES.assign(solutions=[["a"], None, ["b"]]))
    with pytest.raises(WidebandError, match=r"uid 'coin': prompt, worked answer and end token have \d+"):
        worked(tiny_base, CHOICES, context=20)


def test_every_method_has_its_keys_and_its_file() -> None:
    assert methods.names() == sorted(METHODS)


@pytest.mark.parametrize("common", [0, 3])
def test_prompts_that_begin_alike_stand_in_the_line_once_and_teach_the_same(
    exact: Any, tokenizer: Any, common: int
) -> None:
    end = tokenizer.eos_token_id
    tails = ([40, 41, 42, 43], [40, 41, 50], [60, 61], [60, 61, 5, 6], [40, 41, 42, 43])
    items = [replace(ITEM, prompt=[*range(20, 20 + common), *tail, 3]) for tail in tails]
    one = np.eye(len(LAW))
    # The last item is the first one again, with the same answer; the fourth begins as the third goes on.
    taught = [
        (item, labels_of_law(item, one[row], False)) for item, row in zip(items, (0, 2, 0, 4, 0), strict=True)
    ]
    seen = []
    hook = exact.model.embed_tokens.register_forward_hook(lambda _, ids, out: seen.append(ids[0].shape[1]))
    value, gradient = both(exact, packed_loss(exact, taught, end, exact.device))
    apart = sum(packed_loss(exact, [each], end, exact.device) for each in taught) / len(taught)
    hook.remove()
    expected, due = both(exact, apart)
    assert value == pytest.approx(expected, abs=1e-6)
    assert float((gradient - due).abs().max()) < 1e-6 < float(due.abs().max())
    read = {
        (*item.prompt, *path[:length])
        for item, row in zip(items, (0, 2, 0, 4, 0), strict=True)
        for path in [item.sequences[row]]
        for length in range(len(path) + 1)
    }
    prefixes = {each[:length] for each in read for length in range(1, len(each) + 1)}
    assert seen[0] == len(prefixes) < sum(seen[1:])
