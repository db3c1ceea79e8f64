"""One colour per arm, the same everywhere; told apart by readers with any colour vision."""

from ..config import Study

# Okabe & Ito (2008), darkened where thin lines on white need it; the first two are the compared arms.
COMPARED = ("#0072B2", "#D55E00")
OTHERS = ("#6E6E6E", "#009E73", "#AA4499", "#B8860B", "#117A8B")
INK, MUTED, RULE, PAPER = "#1b1f23", "#5b6570", "#d9dee3", "#ffffff"
ALL_ZERO, ALL_ONE = "#d5dae0", "#3f4750"


def arm_colours(study: Study) -> dict[str, str]:
    """Hex colour of every arm of the study."""
    colours = dict(zip(study.compare, COMPARED, strict=True))
    rest = [arm for arm in study.arms if arm not in colours]
    colours.update({arm: OTHERS[place % len(OTHERS)] for place, arm in enumerate(rest)})
    return colours


def tint(colour: str, alpha: float) -> str:
    """`colour` (#rrggbb) as an rgba string with the given opacity in [0, 1]."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
