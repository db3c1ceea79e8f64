"""The math tier: the seven subjects of MATH, five levels each."""

from .math_algebra import ALGEBRA, INTERMEDIATE, PRECALCULUS
from .math_numbers import NUMBER_THEORY, PREALGEBRA
from .math_shapes import COUNTING, GEOMETRY
from .template import Template

SUBJECTS: dict[str, dict[int, tuple[Template, ...]]] = {
    "Algebra": ALGEBRA,
    "Counting & Probability": COUNTING,
    "Geometry": GEOMETRY,
    "Intermediate Algebra": INTERMEDIATE,
    "Number Theory": NUMBER_THEORY,
    "Prealgebra": PREALGEBRA,
    "Precalculus": PRECALCULUS,
}
