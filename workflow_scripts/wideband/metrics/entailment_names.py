"""Names of the measures of entailment: each says which model judged, and what was held against what."""

import re

from ..config.evaluation import Entailment
from .estimate import Interval
from .text_names import ACROSS, CORRECT

STAND_IN, STAND_INS = "stand-in:", ("overlap",)
DISTANCE = "entailment_distance_"
# The error of drawing pairs.
ERROR = "entailment_error_"
MEASURES = re.compile(
    rf"(?:{DISTANCE}|{ERROR})[a-z0-9_]+_(?:sentences|whole)(?:{ACROSS}|{re.escape(CORRECT)})?"
)
RANGE: Interval = (0.0, 2.0)


def judged(cfg: Entailment) -> str:
    """Model and alignment as names have them: letters, digits and underscores."""
    stand_in = cfg.model.startswith(STAND_IN)
    model = re.sub(r"[^a-z0-9]+", "_", cfg.model.removeprefix(STAND_IN).lower().rpartition("/")[2]).strip("_")
    return f"{model}{'_stand_in' if stand_in else ''}_{cfg.align}"


def distance(cfg: Entailment) -> str:
    """1 − symmetrised P(entailment) − P(contradiction)."""
    return f"{DISTANCE}{judged(cfg)}"


def error(cfg: Entailment) -> str | None:
    """The error of drawing pairs of outputs of a prompt; None where all are judged."""
    return f"{ERROR}{judged(cfg)}" if cfg.pairs is not None else None


def error_across(cfg: Entailment) -> str | None:
    """The error of drawing pairs of first outputs; None where none are judged."""
    return f"{ERROR}{judged(cfg)}{ACROSS}" if cfg.across else None


def measures(cfg: Entailment, correct: bool) -> list[str]:
    """The measures of an evaluation, of correct outputs where there are any; errors aside."""
    name = distance(cfg)
    across = [f"{name}{ACROSS}"] if cfg.across else []
    return [name, *([f"{name}{CORRECT}"] if correct else []), *across]


def is_one(metric: str) -> bool:
    """Whether a metric is one of these."""
    return bool(MEASURES.fullmatch(metric))


def range_of(metric: str) -> Interval | None:
    """From entailment both ways over neutral at 1 to contradiction; a part across prompts has no ends."""
    return RANGE if metric.startswith(DISTANCE) and not metric.endswith(ACROSS) else None


def title(cfg: Entailment) -> str:
    """The distance in words; a stand-in is named as one."""
    name = cfg.model.removeprefix(STAND_IN)
    by = f"stand-in {name}, which is no language model" if name != cfg.model else name
    what = "sentences aligned" if cfg.align == "sentences" else "whole texts"
    return f"Entailment distance ({by}; {what})"
