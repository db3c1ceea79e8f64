"""The table of judged pairs."""

import logging

import pandas as pd

from ..metrics.per_problem import identity
from .judge import Judge
from .pairs import Asked

log = logging.getLogger(__name__)


def entailment_table(rollouts: pd.DataFrame, asked: Asked, judge: Judge) -> pd.DataFrame:
    """One row a pair of texts: probabilities with the first as premise, then (`…_back`) with the second."""
    log.info("judging %d pairs of texts, each both ways", len(asked.texts))
    there, back = judge(asked.texts), judge([(two, one) for one, two in asked.texts])
    return asked.keys.assign(
        **identity(rollouts),
        entails=there[:, 0],
        contradicts=there[:, 1],
        entails_back=back[:, 0],
        contradicts_back=back[:, 1],
    )
