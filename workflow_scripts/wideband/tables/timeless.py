"""What a table says that does not depend on when and where it was made."""

import pandas as pd

from ..provenance.digests import json_digest

CLOCK = frozenset({"seconds", "peak_bytes"})


def timeless(table: pd.DataFrame) -> str:
    """Digest of a training log without its times and memory, as hex; the same for the same training.

    Columns that hold nothing do not count: those of a later version are empty in an older log.
    """
    names = [name for name in table.columns if name not in CLOCK and table[name].notna().any()]
    kept = table[names].astype(object)
    return json_digest(kept.where(kept.notna(), None).to_dict("list"))
