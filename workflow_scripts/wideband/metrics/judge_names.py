"""Names of the numbers of a judge: each says which model judged and what it was asked."""

import re

from blake3 import blake3

from ..config.evaluation import Judge

WIN, TIE, UNREADABLE, FIRST = "win_rate", "tie_share", "unreadable_share", "first_place_share"
TITLES = {
    WIN: "Win rate against base",
    TIE: "Ties",
    UNREADABLE: "Answers of the judge without a verdict",
    FIRST: "Decided for the answer shown first",
}


def digest(cfg: Judge) -> str:
    """What the judge is asked, in short."""
    return blake3(cfg.prompt.encode()).hexdigest()[:8]


def judged(cfg: Judge) -> str:
    """Model and digest of the prompt as names have them."""
    model = re.sub(r"[^a-z0-9]+", "_", cfg.model.lower().rpartition("/")[2]).strip("_")
    return f"{model}_{digest(cfg)}"


def name(what: str, cfg: Judge) -> str:
    """The name of a number, such as `judge_win_rate_<model>_<digest>`."""
    return f"judge_{what}_{judged(cfg)}"


def title(what: str, cfg: Judge) -> str:
    """A number in words."""
    return f"{TITLES[what]} (judge {cfg.model}, prompt {digest(cfg)})"
