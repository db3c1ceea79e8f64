"""Pass-rate classification of a pool under one policy, and how sure it is.

Names of bands: all_zero, variance_band, all_one. Only a variance-band problem gives a group of
rollouts with different rewards, hence a gradient.
"""

from .classify import ALL_ONE, ALL_ZERO, BANDS, VARIANCE_BAND, classify
from .compare import contingency, joined_with_source, ratio, shares
from .posterior import class_probabilities, p_in_band, p_same_class, stability

__all__ = [
    "ALL_ONE",
    "ALL_ZERO",
    "BANDS",
    "VARIANCE_BAND",
    "class_probabilities",
    "classify",
    "contingency",
    "joined_with_source",
    "p_in_band",
    "p_same_class",
    "ratio",
    "shares",
    "stability",
]
