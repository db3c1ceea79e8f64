"""Columns and keys of every table that a rule writes."""

from dataclasses import dataclass

import pyarrow as pa

TEXT, INT, REAL, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Schema:
    """A table's columns with their types, its unique key, and the columns that may hold nulls.

    `later`: columns that files of earlier versions lack; there they are read as null.
    """

    columns: dict[str, pa.DataType]
    key: tuple[str, ...]
    nullable: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()

    def arrow(self) -> pa.Schema:
        """The same as a pyarrow schema."""
        return pa.schema([pa.field(name, kind, name in self.nullable) for name, kind in self.columns.items()])


ITEM_KEY = {"arm": TEXT, "checkpoint": TEXT, "slice": TEXT, "uid": TEXT}
ROLLOUT_KEY = {**ITEM_KEY, "sample": INT}

# What problems tables of earlier versions lack; any of it may be null.
LATER = frozenset(
    {
        *("task", "space", "options", "masses", "distribution", "turns"),
        *("solutions", "chosen", "rejected"),
    }
)

SCHEMAS: dict[str, Schema] = {
    "problems": Schema(
        {
            "uid": TEXT,
            "source": TEXT,
            "split": TEXT,
            "task": TEXT,
            "problem": TEXT,
            "gold": TEXT,
            "level": INT,
            "subject": TEXT,
            "year": INT,
            "answer_type": TEXT,
            "space": TEXT,
            "options": pa.list_(TEXT),
            # The target mass of each option; null where all have the same.
            "masses": pa.list_(REAL),
            # The law over numbers that an item asks to draw from: family and parameters, as JSON.
            "distribution": TEXT,
            # What was said before the problem: a question, its answer, the next question, its answer …
            "turns": pa.list_(TEXT),
            # Worked answers: what stands before the gold in each.
            "solutions": pa.list_(TEXT),
            # The two sides of a preference pair: a completion's text, or its working and its answer.
            "chosen": pa.list_(TEXT),
            "rejected": pa.list_(TEXT),
        },
        ("uid",),
        # Whoever hands over results rarely hands over the problems: an imported slice may have uids alone.
        frozenset({"problem", "gold", "level", "subject", "year", *LATER}),
        later=LATER,
    ),
    "rollouts": Schema(
        {
            **ROLLOUT_KEY,
            "prompt_sha": TEXT,
            "completion": TEXT,
            # As sampled, the stop included: a text can be cut into tokens in several ways.
            "token_ids": pa.list_(pa.int32()),
            "completion_tokens": INT,
            "prompt_tokens": INT,
            "finish_reason": TEXT,
            "seed": INT,
            "engine": TEXT,
            "logprob": REAL,
        },
        tuple(ROLLOUT_KEY),
        # Null in imported rollouts whose format does not record them.
        frozenset({"token_ids", "completion_tokens", "prompt_tokens", "seed", "logprob"}),
        later=frozenset({"token_ids"}),
    ),
    "verdicts": Schema(
        {
            **ROLLOUT_KEY,
            "grader": TEXT,
            "answer": TEXT,
            "correct": FLAG,
            "valid": FLAG,
            "tag_valid": FLAG,
            "reward": REAL,
            "status": TEXT,
            "grader_version": TEXT,
        },
        tuple(ROLLOUT_KEY),
        frozenset({"answer", "correct", "valid", "tag_valid", "reward"}),
        later=frozenset({"valid"}),
    ),
    "band": Schema(
        {
            "arm": TEXT,
            "checkpoint": TEXT,
            "uid": TEXT,
            "n_samples": INT,
            "n_correct": INT,
            "band": TEXT,
            "p_in_band": REAL,
        },
        ("arm", "checkpoint", "uid"),
    ),
    "metrics": Schema(
        {
            "arm": TEXT,
            "checkpoint": TEXT,
            "slice": TEXT,
            "uid": TEXT,
            "metric": TEXT,
            "value": REAL,
            "n": INT,
        },
        ("arm", "checkpoint", "slice", "uid", "metric"),
        frozenset({"value"}),
    ),
    "embeddings": Schema(
        {**ROLLOUT_KEY, "vector": pa.list_(pa.float32())},
        tuple(ROLLOUT_KEY),
    ),
    # Pairs of texts and what a judge says of them: outputs of one prompt, where `other` is the uid, or first
    # outputs of two. `place`: which sentence of both, -1 for whole texts; `possible`: pairs to draw from.
    "entailment": Schema(
        {
            **ITEM_KEY,
            "other": TEXT,
            "first": INT,
            "second": INT,
            "place": INT,
            "possible": INT,
            **dict.fromkeys(("entails", "contradicts", "entails_back", "contradicts_back"), REAL),
        },
        (*ITEM_KEY, "other", "first", "second", "place"),
    ),
    # Answers in classes of the same answer, `class` counted from 0 in the order of their first members, of
    # which alone a reward model has said what they are worth: the raw reward, and points from 1 to 10.
    "novelty": Schema(
        {**ROLLOUT_KEY, "class": INT, "reward": REAL, "points": REAL},
        tuple(ROLLOUT_KEY),
        frozenset({"reward", "points"}),
    ),
    # What a judge answers about two answers to one prompt, a policy's and the base's; `place`: whether the
    # policy's was shown first (0) or second.
    "judgements": Schema(
        {
            **ROLLOUT_KEY,
            "other": INT,
            "place": INT,
            "said": TEXT,
            "prompt_tokens": INT,
            "completion_tokens": INT,
        },
        (*ROLLOUT_KEY, "other", "place"),
    ),
    # A policy's exact law over each item's answer space: complete answers with their end token, in nats. Of
    # an imported log the options as its tool scored them; it may not say of how many tokens.
    "loglikelihoods": Schema(
        {
            **ITEM_KEY,
            "option": TEXT,
            "logprob": REAL,
            "tokens": INT,
            "target_mass": REAL,
            # What the option adds, at its target mass, to the mean over prefixes of KL(target || policy).
            "per_prefix": REAL,
        },
        (*ITEM_KEY, "option"),
        frozenset({"tokens", "per_prefix"}),
        later=frozenset({"per_prefix"}),
    ),
    # How often each answer was given, of imported counts; answers that are no option of the item included.
    "answers": Schema({**ITEM_KEY, "answer": TEXT, "count": INT}, (*ITEM_KEY, "answer")),
    # The law of the first token: entropy in nats, how few tokens hold 90 % of the mass, the likeliest ones.
    "next_tokens": Schema(
        {
            **ITEM_KEY,
            "entropy": REAL,
            "support_90": INT,
            "leading_tokens": pa.list_(TEXT),
            "leading_masses": pa.list_(REAL),
        },
        tuple(ITEM_KEY),
    ),
    "training_log": Schema(
        {
            "arm": TEXT,
            "stage": TEXT,
            "step": INT,
            # Of methods without rollouts the loss, in nats; of those with rewards null.
            "loss": REAL,
            "reward": REAL,
            "correct": REAL,
            "valid": REAL,
            "tag_valid": REAL,
            "entropy": REAL,
            "kl": REAL,
            "tokens": INT,
            # Those of answers, as in `tokens`, and of each group's prompt once.
            "trained_tokens": INT,
            "sampled_rollouts": REAL,
            "sampled_tokens": REAL,
            "groups_zero_variance": REAL,
            "undecided": REAL,
            "lr": REAL,
            "grad_norm": REAL,
            "seconds": REAL,
            "peak_bytes": INT,
        },
        ("arm", "stage", "step"),
        # An imported log may have rewards alone.
        frozenset(
            {
                "loss",
                "reward",
                "correct",
                "valid",
                "tag_valid",
                "entropy",
                "kl",
                "tokens",
                "trained_tokens",
                "groups_zero_variance",
                "undecided",
                "sampled_rollouts",
                "sampled_tokens",
                "lr",
                "grad_norm",
                "seconds",
                "peak_bytes",
            }
        ),
        later=frozenset({"valid", "loss", "trained_tokens"}),
    ),
    # KL(target law || policy) of an item that is held out, exact, in nats; after so many steps of a stage.
    "eval_log": Schema(
        {"arm": TEXT, "stage": TEXT, "step": INT, "slice": TEXT, "uid": TEXT, "kl": REAL},
        ("arm", "stage", "step", "slice", "uid"),
    ),
    # Held-out accuracy inside a stage that was published by source only; source `all` is the whole slice.
    "curve": Schema(
        {"arm": TEXT, "stage": TEXT, "slice": TEXT, "step": INT, "source": TEXT, "accuracy": REAL},
        ("arm", "stage", "slice", "step", "source"),
    ),
    # Rollouts that an imported run was to make and its log lacks, by reason; null: nobody knows how many.
    "missing": Schema(
        {"arm": TEXT, "checkpoint": TEXT, "slice": TEXT, "reason": TEXT, "rollouts": INT, "present": INT},
        ("arm", "checkpoint", "slice", "reason"),
        frozenset({"rollouts"}),
    ),
    # Which policy imported results are of, as their source names it.
    "policy": Schema(
        {"arm": TEXT, "checkpoint": TEXT, "slice": TEXT, "policy": TEXT, "base_model": TEXT},
        ("arm", "checkpoint", "slice"),
        frozenset({"base_model"}),
    ),
}
