"""Prealgebra and Number Theory of the math tier, by level."""

from .template import Template
from .template import template as t

Levels = dict[int, tuple[Template, ...]]

PREALGEBRA: Levels = {
    1: (
        t("What is {a} + {b}?", "a + b", a=(2, 18), b=(2, 18)),
        t("What is {a} less than {b}?", "b - a", a=(2, 18), b=(5, 30)),
        t("What is {n} times {a}?", "n * a", n=(2, 9)),
        t("What is {a} divided by {n}?", "a / n", a=(4, 30), n=(2, 9)),
    ),
    2: (
        t("What is ({a} + {b}) * {n}?", "a + b; _ * n"),
        t("What is {a} + {n} * {b}?", "n * b; a + _"),
    ),
    3: (
        t("What is the average of {a}, {b} and {c}?", "a + b; _ + c; _ / 3"),
        t("What is ({a} - {b}) * {n} + {c}?", "a - b; _ * n; _ + c", a=(5, 18)),
    ),
    4: (
        t("What is {n} * {a} + {m} * {b}?", "n * a; m * b; _1 + _2"),
        t("What is {n} * {a} - {m} * {b}?", "n * a; m * b; _1 - _2"),
    ),
    5: (
        t("What is the average of {a}, {b}, {c} and {d}?", "a + b; _ + c; _ + d; _ / 4"),
        t("What is ({n} * {a} + {m} * {b}) / {k}?", "n * a; m * b; _1 + _2; _ / k"),
    ),
}

NUMBER_THEORY: Levels = {
    1: (
        t("What is the remainder when {a} is divided by {n}?", "a mod n: remainder", a=(7, 30)),
        t(
            "{A} [shares|deals] {a} {thing+} equally among {n} {person+}, as many as [possible|will go]. "
            "How many {thing+} remain?",
            "a mod n: remainder",
            a=(7, 30),
        ),
    ),
    2: (
        t("What is the remainder when {a} + {b} is divided by {n}?", "a + b; _ mod n: remainder"),
        t("What is the units digit of {a} * {b}?", "a * b; _ mod 10: digit", b=(2, 9)),
    ),
    3: (
        t("What is the units digit of {a} * {b} + {c}?", "a * b; _ + c; _ mod 10: digit", b=(2, 9)),
        t(
            "What is the remainder when {a} + {b} + {c} is divided by {n}?",
            "a + b; _ + c; _ mod n: remainder",
        ),
    ),
    4: (
        t(
            "What is the remainder when {a} * {b} + {c} is divided by {n}?",
            "a * b; _ + c; _ mod n: remainder",
            a=(2, 9),
            b=(2, 9),
            c=(2, 9),
        ),
        t("What is the units digit of {a} * {b} - {c}?", "a * b; _ - c; _ mod 10: digit", b=(2, 9)),
    ),
    5: (
        t(
            "What is the units digit of {a} * {b} + {c} * {d}?",
            "a * b; c * d; _1 + _2; _ mod 10: digit",
            a=(2, 9),
            b=(2, 9),
            c=(2, 9),
            d=(2, 9),
        ),
        t(
            "What is the units digit of {a}^2 + {b}^2?",
            "a * a; b * b; _1 + _2; _ mod 10: digit",
            lambda v: v["a"] != v["b"],
            a=(2, 9),
            b=(2, 9),
        ),
    ),
}
