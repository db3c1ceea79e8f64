"""Algebra, Intermediate Algebra and Precalculus of the math tier, by level."""

from .template import Template
from .template import template as t

Levels = dict[int, tuple[Template, ...]]


def _differ(numbers: dict[str, int]) -> bool:
    return numbers["n"] != numbers["m"]


ALGEBRA: Levels = {
    1: (
        t("[Solve|Find {var} if] {var} + {a} = {b}.", "b - a", b=(5, 18)),
        t("[Solve|Find {var} if] {var} - {a} = {b}.", "b + a", b=(2, 18)),
        t("What is {n}{var} when {var} = {a}?", "n * a"),
    ),
    2: (
        t("[Solve|Find {var} if] {n}{var} + {a} = {b}.", "b - a; _ / n", b=(8, 24)),
        t("[Solve|Find {var} if] {n}{var} - {a} = {b}.", "b + a; _ / n", b=(4, 20)),
        t("If {var} = {a}, what is {n}{var} + {b}?", "n * a; _ + b"),
    ),
    3: (
        t("If {var} = {a}, what is {n}({var} + {b}) - {c}?", "a + b; _ * n; _ - c"),
        t("[Solve|Find {var} if] {n}({var} - {a}) = {b}.", "b / n; _ + a", b=(12, 30)),
    ),
    4: (
        t("If {n}{var} - {a} = {b}, what is {var} + {c}?", "b + a; _ / n; _ + c", b=(4, 24)),
        t("If {n}{var} + {a} = {b}, what is {m}{var}?", "b - a; _ / n; _ * m", _differ, b=(8, 30)),
    ),
    5: (
        t(
            "If {n}{var} + {a} = {b}, what is {m}{var} + {c}?",
            "b - a; _ / n; _ * m; _ + c",
            _differ,
            b=(8, 30),
        ),
        t(
            "If {n}{var} - {a} = {b}, what is {m}({var} + {c})?",
            "b + a; _ / n; _ + c; _ * m",
            _differ,
            b=(4, 24),
        ),
    ),
}

INTERMEDIATE: Levels = {
    1: (
        t("Let f({var}) = {var} + {a}. [Find f({b}).|What is f({b})?]", "b + a"),
        t("Let f({var}) = {n}{var}. [Find f({a}).|What is f({a})?]", "n * a"),
    ),
    2: (
        t("Let f({var}) = {n}{var} + {a}. Find f({b}).", "n * b; _ + a"),
        t("Let f({var}) = {var}^2 + {a}. Find f({b}).", "b * b; _ + a", b=(2, 11)),
    ),
    3: (
        t("Let f({var}) = {n}{var} + {a}. Find f({b}) - {c}.", "n * b; _ + a; _ - c"),
        t("Let f({var}) = {var}^2 + {n}{var}. Find f({b}).", "b * b; n * b; _1 + _2", b=(2, 10)),
    ),
    4: (
        t(
            "Let f({var}) = ({var} + {a})({var} + {b}). Find f({c}).",
            "c + a; c + b; _1 * _2",
            a=(1, 10),
            b=(1, 10),
            c=(1, 9),
        ),
        t(
            "Let f({var}) = {n}{var}. Find f({a}) + f({b}).",
            "n * a; n * b; _1 + _2",
            lambda v: v["a"] != v["b"],
        ),
    ),
    5: (
        t("Let f({var}) = {n}{var} + {a}. Find f(f({b})).", "n * b; _ + a; n * _; _ + a", b=(1, 9)),
        t("Let f({var}) = {var}^2 + {n}{var} + {a}. Find f({b}).", "b * b; n * b; _1 + _2; _ + a", b=(2, 10)),
    ),
}

PRECALCULUS: Levels = {
    1: (
        t(
            "An arithmetic sequence has first term {a} and common difference {b}. What is the second term?",
            "a + b",
        ),
        t("The point ({a}, {b}) moves up by {c}. What is its new y coordinate?", "b + c", a=(2, 9)),
    ),
    2: (
        t(
            "An arithmetic sequence has first term {a} and common difference {b}. What is the third term?",
            "2 * b; a + _",
        ),
        t("A geometric sequence has first term {a} and ratio {n}. What is the third term?", "a * n; _ * n"),
        t(
            "The point ({a}, {b}) moves up by {c} and then down by {d}. What is its new y coordinate?",
            "b + c; _ - d",
            a=(2, 9),
        ),
    ),
    3: (
        t(
            "An arithmetic sequence has first term {a} and common difference {b}. What is term number {c}?",
            "c - 1; _ * b; _ + a",
            c=(4, 10),
            b=(2, 9),
        ),
        t(
            "What is the dot product of ({a}, {b}) and ({c}, {d})?",
            "a * c; b * d; _1 + _2",
            a=(1, 9),
            b=(1, 9),
            c=(1, 9),
            d=(1, 9),
        ),
    ),
    4: (
        t(
            "What is the determinant of the matrix with rows ({a}, {b}) and ({c}, {d})?",
            "a * d; b * c; _1 - _2",
            a=(2, 9),
            b=(1, 9),
            c=(1, 9),
            d=(2, 9),
        ),
        t(
            "A geometric sequence has first term {a} and ratio {n}. What is the third term minus {b}?",
            "a * n; _ * n; _ - b",
        ),
    ),
    5: (
        t(
            "An arithmetic sequence has first term {a} and common difference {b}. "
            "What is the sum of the first three terms?",
            "a + b; _ + b; a + _1; _3 + _2",
        ),
        t(
            "The vectors ({a}, {b}) and ({c}, {d}) have dot product p. What is p + {e}?",
            "a * c; b * d; _1 + _2; _ + e",
            a=(1, 9),
            b=(1, 9),
            c=(1, 9),
            d=(1, 9),
        ),
    ),
}
