"""What a number record is about, read off its id: how it is printed, what it says in words, and of what."""

import re
from dataclasses import dataclass

from ..config import Study
from ..config.runs import pooled
from ..numbers import NumberRecord
from .names import arm_title, benchmark_title, checkpoint_title, paraphrase_title, spaced

# Units that are counted, printed without decimals where no interval says otherwise.
COUNTED = frozenset({"problems", "rollouts", "tokens", "items", "options", "answers", "cells", "k"})
SIGNED = frozenset({"diff", "gain", "effect", "relative"})
WORDS = {
    "pass@1": "accuracy: the share of rollouts that are correct",
    "hit_rate": "accuracy over all draws, taken for independent",
    "gain": "what training changed in accuracy",
    "tokens_per_rollout": "completion tokens of one attempt",
    "tokens_per_correct": "completion tokens for each correct answer",
    "money_per_correct": "price of each correct answer",
    "tag_valid": "the share of completions with the tags that were asked for",
    "truncated": "the share of completions that were cut at the length limit",
    "undecided": "rollouts without a verdict, counted as wrong",
    "cosine_distance": "how different solutions of one problem are: mean pairwise cosine distance",
    "strategies": "clusters of solutions of one problem",
    "vendi": "effective number of different solutions of one problem (Vendi score)",
    "vendi_per_further_output": "Vendi score of one problem less one, over its solutions less one",
    "distinct_ngrams": "distinct word sequences in solutions of one problem",
    "numeric_signatures": "distinct numeric signatures of solutions",
    "variance_trace": "spread of the embeddings of solutions (trace of their covariance)",
    "overlap": "problems solved at all, by which of the two arms",
    "gap_closure": "percentage points of the gap in accuracy that are closed at the last k",
    "crossover": "crossover k: the smallest where the other arm leads",
    "token_ratio": "tokens of the second arm over those of the first, on the same problem and draw",
    "budget_tokens": "token budget a problem that both arms were measured at",
    "budget_accuracy": "accuracy at the same token budget",
    "band_size": "problems of the pool in a class of the band",
    "band_share": "share of the pool in a class of the band",
    "total_variation": "total variation to the target law, among valid answers",
    "valid_mass": "the mass of valid answers",
    "held_out_kl": "KL of complete answers to the target law, on items held out from training",
}
FORMS = {
    "diff": "difference, first arm minus second",
    "gain": "change by training",
    "ratio": "ratio, second arm over first",
    "relative": "relative difference, first over second minus one",
    "p": "p of a paired t-test, not adjusted",
    "p_holm": "p adjusted after Holm",
    "p_wilcoxon": "p of a Wilcoxon signed-rank test",
    "t": "t of a paired test",
    "correct": "correct solutions only",
    "change": "what training changed, in % of the base",
    "retained": "what is left, in % of the base",
    "loses_most": "probability that this stage loses most of its lineage",
    "residual": "share of the drop from the base that correct solutions show too, in %",
    "gap": "all solutions less correct ones, on the same problems",
    "same": "all solutions, on problems with two correct ones",
    "by_asking": "what asking in another way changed",
    "recovered": "share of the loss since the base that is given back, in %",
    "shared": "over the items that all conditions have",
    "ratios": "mean of ratios",
    "means": "ratio of means",
}
# What `Ids.named` names, in its order.
NAMED = ("metric", "benchmark", "arm", "checkpoint")


@dataclass(frozen=True)
class About:
    """What a number is of; empty where its id does not say. `detail` is what its id ends with."""

    metric: str
    benchmark: str
    arm: str
    checkpoint: str
    detail: tuple[str, ...]


def form_of(record: NumberRecord) -> str:
    """The form that a number is printed in; its interval decides on the decimals, see `formats.fitted`."""
    signed = SIGNED & set(record.id.split("."))
    if record.unit == "p":
        return "p"
    if record.unit == "fraction":
        sign = "+" if signed else ""
        return f"{sign}.1pp" if signed and "relative" not in signed else f"{sign}.1%"
    if record.unit in COUNTED:
        return ",.0f"
    return ",.3f" if record.ci and not signed else "+,.3f" if record.ci else ",.4g"


def unit_of(record: NumberRecord) -> str:
    """The unit in words, as it fits the form."""
    if record.unit == "fraction":
        return "percentage points" if form_of(record).endswith("pp") else "%"
    return record.unit


class Ids:
    """Reads the ids of a study's numbers."""

    def __init__(self, study: Study) -> None:
        self._study = study
        slices = {*study.data.slices, *study.benchmarks, *study.imported_slices()}
        self._slices = slices | {study.band.pool, study.band.heldout.slice}
        self._arms = {*study.arms, *pooled(study).arms}

    def about(self, identity: str) -> About:
        """What a number is of."""
        parts = identity.split(".")
        at = next((place for place, part in enumerate(parts) if part in self._slices), None)
        if at is not None:
            return self._after(".".join(parts[:at]), parts[at], parts[at + 1 :])
        at = next((place for place, part in enumerate(parts) if self._whose(part)), len(parts))
        return self._after(".".join(parts[:at]), "", parts[at:])

    def meaning(self, record: NumberRecord) -> str:
        """One sentence of what the number says, `{benchmark}`, `{arm}` and `{checkpoint}` standing for names.

        So a few sentences do for thousands of numbers.
        """
        about = self.about(record.id)
        base, *forms = about.metric.split(".")
        forms_said = [FORMS[form] for form in (*forms, *about.detail) if form in FORMS]
        rest = [_end(form) for form in about.detail if form not in FORMS]
        whose = "of {arm}" if about.arm else ""
        when = "at {checkpoint}" if about.checkpoint else ""
        where = "on {benchmark}" if about.benchmark else ""
        words = " ".join(filter(None, (_words(base), whose, when, where)))
        sentence = "; ".join(filter(None, (words, *forms_said, ", ".join(rest))))
        return f"{sentence[0].upper()}{sentence[1:]}."

    def quantity(self, record: NumberRecord) -> str:
        """What is counted or measured, in a few words, with its unit unless the value says it."""
        about = self.about(record.id)
        base, *forms = about.metric.split(".")
        ends = [FORMS.get(form, _end(form)).partition(",")[0] for form in (*forms, *about.detail)]
        unit = "" if record.unit in ("fraction", "p") or record.unit in _words(base) else f" ({record.unit})"
        return ", ".join((_words(base).partition(":")[0] + unit, *ends))

    def named(self, about: About) -> tuple[str, str, str, str]:
        """Metric, benchmark, arms and checkpoints as the report calls them."""
        study, name = self._study, about.benchmark
        title = benchmark_title(study, name) if name in study.benchmarks else spaced(name)
        arms = " and ".join(map(self._arm, self._split(about.arm)))
        checkpoints = " / ".join(checkpoint_title(study, at) for at in about.checkpoint.split("-"))
        return about.metric, title, arms, checkpoints

    def _arm(self, arm: str) -> str:
        return arm_title(self._study if arm in self._study.arms else pooled(self._study), arm)

    def _split(self, part: str) -> list[str]:
        """The arm, or both of a pair."""
        both = [part.partition(f"{first}-")[2] for first in self._arms if part.startswith(f"{first}-")]
        second = next((name for name in both if name in self._arms), None)
        return [part] if part in self._arms or second is None else [part.removesuffix(f"-{second}"), second]

    def _whose(self, part: str) -> bool:
        return part in self._arms or any(
            part == f"{first}-{second}"
            for first in self._arms
            for second in self._arms
            if part.startswith(first)
        )

    def _after(self, metric: str, benchmark: str, rest: list[str]) -> About:
        arm = rest[0] if rest and self._whose(rest[0]) else ""
        left = rest[1:] if arm else rest
        checkpoint = left[0] if arm and left else ""
        return About(metric, benchmark, arm, checkpoint, tuple(left[1:] if checkpoint else left))


def _end(part: str) -> str:
    """What the end of an id says: a way of asking, or a name as words."""
    return paraphrase_title(int(part[1:])) if re.fullmatch(r"p\d+", part) else spaced(part)


def _words(metric: str) -> str:
    if metric.startswith("pass@") and metric != "pass@1":
        return f"{metric}: the share of problems that at least one of so many attempts solves"
    return WORDS.get(metric, spaced(metric))
