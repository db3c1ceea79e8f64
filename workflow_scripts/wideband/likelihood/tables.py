"""Laws as the tables that a study keeps of them."""

from collections.abc import Mapping, Sequence

import pandas as pd
from transformers import PreTrainedTokenizerBase

from .exact import Law, Question


def loglikelihoods(
    evaluation: Mapping[str, str], uids: Sequence[str], questions: Sequence[Question], laws: Sequence[Law]
) -> pd.DataFrame:
    """The table `loglikelihoods`: a row per item and option, none of items without options.

    `evaluation` names arm, checkpoint and slice.
    """
    parts = [
        pd.DataFrame(
            {
                **evaluation,
                "uid": uid,
                # A column without any row would be one of numbers.
                "option": pd.Series(question.space.options if question.space else (), dtype=object),
                "logprob": law.logprobs,
                "tokens": law.tokens,
                "target_mass": question.space.law if question.space else (),
                "per_prefix": law.per_prefix,
            }
        )
        for uid, question, law in zip(uids, questions, laws, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def next_tokens(
    evaluation: Mapping[str, str],
    uids: Sequence[str],
    laws: Sequence[Law],
    tokenizer: PreTrainedTokenizerBase,
) -> pd.DataFrame:
    """The table `next_tokens`: a row per item, tokens as the tokenizer's vocabulary writes them."""
    rows = []
    for uid, law in zip(uids, laws, strict=True):
        ids, masses = zip(*law.opening.leading, strict=True)
        rows.append(
            {
                **evaluation,
                "uid": uid,
                "entropy": law.opening.entropy,
                "support_90": law.opening.support,
                "leading_tokens": tokenizer.convert_ids_to_tokens(list(ids)),
                "leading_masses": list(masses),
            }
        )
    return pd.DataFrame(rows)
