"""One colour per arm, the same everywhere; told apart by readers with any colour vision."""

from ..config import Study
from ..config.runs import pooled
from ..provenance.digests import text_digest

# Okabe & Ito (2008), darkened where thin lines on white need it; the first two are the first compared pair.
COMPARED = ("#0072B2", "#D55E00")
OTHERS = (
    "#009E73",
    "#AA4499",
    "#B8860B",
    "#117A8B",
    "#882255",
    "#332288",
    "#6E6E6E",
    "#7A8B17",
    "#8C564B",
)
# Only where all of these are taken.
SPARE = ("#E07BB0", "#14324F", "#A3B1BF", "#C9A227")
INK, MUTED, RULE, PAPER = "#1b1f23", "#5b6570", "#d9dee3", "#ffffff"
ALL_ZERO, ALL_ONE = "#d5dae0", "#3f4750"


def arm_colours(study: Study) -> dict[str, str]:
    """Hex colour of every arm of the study.

    It follows from the arm's name, so that another arm changes none; where two names meet, the later arm of
    the study file takes the next colour that is free. All runs of an arm have its colour.
    """
    if (whole := pooled(study)) is not study:
        colours = arm_colours(whole)
        return {arm: colours[body.run.of if body.run else arm] for arm, body in study.arms.items()}
    colours = dict(zip(next(iter(study.pairs()), ()), COMPARED, strict=False))
    for arm in (arm for arm in study.arms if arm not in colours):
        own = int(text_digest(arm)[:8], 16) % len(OTHERS)
        free = [*(OTHERS[(own + step) % len(OTHERS)] for step in range(len(OTHERS))), *SPARE]
        colours[arm] = next((colour for colour in free if colour not in colours.values()), OTHERS[own])
    return colours


def pair_colours(study: Study) -> dict[tuple[str, str], str]:
    """Hex colour of every pair of compared arms: ink for a single one, else that of the arm that tells it
    from the others, and where neither side does the next one in turn.
    """
    pairs, arms = study.pairs(), arm_colours(study)
    if len(pairs) == 1:
        return {pairs[0]: INK}
    for side in (0, 1):
        if len({pair[side] for pair in pairs}) == len(pairs):
            return {pair: arms[pair[side]] for pair in pairs}
    turns = (*COMPARED, *OTHERS)
    return {pair: turns[place % len(turns)] for place, pair in enumerate(pairs)}


def tint(colour: str, alpha: float) -> str:
    """`colour` (#rrggbb) as an rgba string with the given opacity in [0, 1]."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
