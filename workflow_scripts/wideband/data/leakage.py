"""No problem is both trained on and evaluated: compared by normalised text, by uid, and by stated law.

But for benchmarks of seen items, all of which must have been trained on.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from .errors import LeakageError
from .identity import same_as_any, states_law

SHOWN = 10


def check(
    slices: Mapping[str, pd.DataFrame],
    train_names: Sequence[str],
    eval_names: Sequence[str],
    seen: Mapping[str, str] | None = None,
) -> None:
    """Compare every training slice with every evaluation slice (problems tables by name).

    `seen` has benchmarks of trained items, and the training slice that each is of. Raises LeakageError that
    names each other pair of slices with a problem in common, how many, and up to ten uids; and each seen
    benchmark with an item that its training slice lacks.
    """
    seen = seen or {}
    found = [
        f"{train} and {evaluation} share {len(uids)}: {_some(uids)}"
        for train in train_names
        for evaluation in eval_names
        if seen.get(evaluation) != train and (uids := shared(slices[train], slices[evaluation]))
    ]
    if found:
        raise LeakageError(
            f"training and evaluation problems overlap ({'; '.join(found)}); add the evaluation slice to the "
            "training slice's exclude, draw from another split, or say `seen` in a benchmark of trained items"
        )
    for evaluation, train in seen.items():
        tested = slices[evaluation]
        if uids := tested.loc[~same_as_any(tested, slices[train]), "uid"].tolist():
            raise LeakageError(
                f"benchmark {evaluation} is said to be seen in {train}, which lacks {len(uids)} of its "
                f"items: {_some(uids)}; draw it with the settings of {train}, and n for fewer of them"
            )


def _some(uids: list[str]) -> str:
    return ", ".join(uids[:SHOWN]) + " …" * (len(uids) > SHOWN)


def shared(train: pd.DataFrame, evaluation: pd.DataFrame) -> list[str]:
    """Uids of `train` whose problem stands in `evaluation` too.

    An item that asks for any option of an answer space has no answer to leak: a study trains on it and then
    measures the law that it trained. Of items that state a law, it is the law that leaks.
    """
    asked = train[train["space"].isna() | states_law(train)] if "space" in train else train
    return asked.loc[same_as_any(asked, evaluation), "uid"].tolist()
