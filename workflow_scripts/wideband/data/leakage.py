"""No problem is both trained on and evaluated: compared by normalised text, by uid, and by stated law."""

from collections.abc import Mapping, Sequence

import pandas as pd

from .errors import LeakageError
from .identity import same_as_any

SHOWN = 10


def check(slices: Mapping[str, pd.DataFrame], train_names: Sequence[str], eval_names: Sequence[str]) -> None:
    """Compare every training slice with every evaluation slice (problems tables by name).

    Raises LeakageError that names each pair of slices with a problem in common, how many, and up to ten uids.
    """
    found = [
        f"{train} and {evaluation} share {len(uids)}: {', '.join(uids[:SHOWN])}{' …' * (len(uids) > SHOWN)}"
        for train in train_names
        for evaluation in eval_names
        if (uids := shared(slices[train], slices[evaluation]))
    ]
    if found:
        raise LeakageError(
            f"training and evaluation problems overlap ({'; '.join(found)}); add the evaluation slice to the "
            "training slice's exclude, or draw from another split"
        )


def shared(train: pd.DataFrame, evaluation: pd.DataFrame) -> list[str]:
    """Uids of `train` whose problem stands in `evaluation` too.

    An item that asks for any option of an answer space has no answer to leak: a study trains on it and then
    measures the law that it trained. Of items with a distribution the law is what leaks.
    """
    asked = train
    if "space" in train:
        stated = train["distribution"].notna() if "distribution" in train else False
        asked = train[train["space"].isna() | stated]
    return asked.loc[same_as_any(asked, evaluation), "uid"].tolist()
