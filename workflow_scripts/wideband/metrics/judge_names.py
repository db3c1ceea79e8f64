"""Names of the numbers of a judge: each says which model judged, what it was asked, and in which orders."""

import re

from blake3 import blake3

from ..config.evaluation import Judge

WIN, TIE, UNREADABLE = "win_rate_ties_half", "tie_share", "unreadable_share"
FIRST = "first_place_share"
# Whether each pair is shown in both orders, or in the one that is drawn.
ORDERS = {True: "swapped", False: "one_order"}
TITLES = {
    WIN: "Win rate against base, a tie as half a win",
    TIE: "Ties",
    UNREADABLE: "Answers of the judge without a verdict",
    FIRST: "Decided for the answer shown first",
}


def digest(cfg: Judge) -> str:
    """What the judge is asked, in short."""
    return blake3(cfg.prompt.encode()).hexdigest()[:8]


def judged(cfg: Judge) -> str:
    """Model, digest of the prompt and orders as names have them."""
    model = re.sub(r"[^a-z0-9]+", "_", cfg.model.lower().rpartition("/")[2]).strip("_")
    return f"{model}_{digest(cfg)}_{ORDERS[cfg.swap]}"


def name(what: str, cfg: Judge) -> str:
    """The name of a number, such as `judge_tie_share_<model>_<digest>_swapped`."""
    return f"judge_{what}_{judged(cfg)}"


def title(what: str, cfg: Judge) -> str:
    """A number in words."""
    orders = "each pair in both orders" if cfg.swap else "each pair in one order"
    return f"{TITLES[what]} (judge {cfg.model}, prompt {digest(cfg)}, {orders})"
