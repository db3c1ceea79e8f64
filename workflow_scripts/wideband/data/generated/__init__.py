"""Generated, seeded problem families with the shape of GSM8K, MATH and olympiad tiers."""

from .generate import SPLITS, TIERS, generate
from .problem import GeneratedProblem, Step, evaluate

__all__ = ["SPLITS", "TIERS", "GeneratedProblem", "Step", "evaluate", "generate"]
