"""What a judge says of a checkpoint's answers beside those of its base. Table: judgements."""

from collections.abc import Sequence

import pandas as pd

from ...metrics.bootstrap import Bootstrap
from ...metrics.estimate import Estimate
from ...metrics.judgements import by_prompt, differences
from ..registry import estimator


@estimator(
    "judge.share", unit="fraction", source="mean over prompts of shares of a judge's answers; Efron 1979"
)
def share(frames: Sequence[pd.DataFrame], what: str, boot: Bootstrap) -> Estimate:
    """`what` of wideband.metrics.judge_names; prompts without an answer that counts are left out of n."""
    return boot.mean(by_prompt(frames[0], what).to_numpy(), (0.0, 1.0))


@estimator(
    "judge.difference", unit="fraction", source="mean over prompts of first − second, paired; Efron 1979"
)
def difference(frames: Sequence[pd.DataFrame], what: str, boot: Bootstrap) -> Estimate:
    """Of two policies beside one base, over prompts where an answer counts for both."""
    return boot.mean(differences(*frames[:2], what), (-1.0, 1.0))
