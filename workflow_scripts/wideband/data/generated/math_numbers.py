"""Prealgebra and Number Theory of the math tier, by level."""

from .template import Template
from .template import template as t

Levels = dict[int, tuple[Template, ...]]

PREALGEBRA: Levels = {
    1: (
        t("What is {a} + {b}?", "a + b", a=(2, 50), b=(2, 50)),
        t("What is {a} less than {b}?", "b - a", a=(2, 40), b=(5, 90)),
        t("What is {n} times {a}?", "n * a", n=(2, 9)),
        t("What is {a} divided by {n}?", "a / n", a=(4, 120), n=(2, 9)),
    ),
    2: (
        t("What is ({a} + {b}) * {n}?", "a + b; _ * n"),
        t("Subtract {b} from {n} times {a}. What do you get?", "n * a; _ - b"),
        t("What is {a} + {n} * {b}?", "n * b; a + _"),
        t(
            "What is the average of {a} and {b}?",
            "a + b; _ / 2",
            lambda v: v["a"] != v["b"],
            a=(2, 60),
            b=(2, 60),
        ),
    ),
    3: (
        t("What is the average of {a}, {b} and {c}?", "a + b; _ + c; _ / 3"),
        t(
            "Add {a} to {b}, [multiply the sum by|then take the sum times] {n} and subtract {c}. What do you get?",
            "b + a; _ * n; _ - c",
        ),
        t("What is ({a} - {b}) * {n} + {c}?", "a - b; _ * n; _ + c", a=(5, 40)),
    ),
    4: (
        t("What is {n} * {a} + {m} * {b}?", "n * a; m * b; _1 + _2"),
        t(
            "Pens cost {a} cents and pads cost {b} cents. How many cents do {n} pens and {m} pads cost?",
            "n * a; m * b; _1 + _2",
            a=(2, 15),
            b=(2, 15),
        ),
        t("What is {n} * {a} - {m} * {b}?", "n * a; m * b; _1 - _2"),
    ),
    5: (
        t("What is the average of {a}, {b}, {c} and {d}?", "a + b; _ + c; _ + d; _ / 4"),
        t("What is ({n} * {a} + {m} * {b}) / {k}?", "n * a; m * b; _1 + _2; _ / k"),
        t(
            "Pens cost {a} cents and pads cost {b} cents. {A} buys {n} pens and {m} pads and pays {c} cents. "
            "How many cents does {A} get back?",
            "n * a; m * b; _1 + _2; c - _",
            a=(2, 15),
            b=(2, 15),
            c=(50, 150),
        ),
    ),
}

NUMBER_THEORY: Levels = {
    1: (
        t("What is the remainder when {a} is divided by {n}?", "a mod n: remainder", a=(7, 99)),
        t("What is the remainder of {a} after division by {n}?", "a mod n: remainder", a=(7, 99)),
        t(
            "What is multiple number {a} of {n}, counting {n} as the first?",
            "n * a: multiple",
            n=(3, 12),
            a=(2, 12),
        ),
    ),
    2: (
        t("What is the remainder when {a} + {b} is divided by {n}?", "a + b; _ mod n: remainder"),
        t("What is the units digit of {a} * {b}?", "a * b; _ mod 10: digit", b=(2, 12)),
        t(
            "Divided by {n}, a number gives quotient {a} and remainder {r}. What is the number?",
            "n * a; _ + r: number",
            lambda v: v["r"] < v["n"],
            n=(3, 9),
            r=(1, 8),
        ),
    ),
    3: (
        t("What is the units digit of {a} * {b} + {c}?", "a * b; _ + c; _ mod 10: digit", b=(2, 9)),
        t(
            "What is the remainder when {a} + {b} + {c} is divided by {n}?",
            "a + b; _ + c; _ mod n: remainder",
        ),
        t(
            "Divided by {n}, a number gives quotient {a} and remainder {r}. What is the number plus {b}?",
            "n * a; _ + r: number; _ + b",
            lambda v: v["r"] < v["n"],
            n=(3, 9),
            r=(1, 8),
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
        t(
            "What is the remainder of {a}^2 after division by {n}, plus {b}?",
            "a * a; _ mod n: remainder; _ + b",
            a=(3, 9),
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
            a=(2, 12),
            b=(2, 12),
        ),
        t(
            "What is {m} times the remainder when {a} * {b} + {c} is divided by {n}?",
            "a * b; _ + c; _ mod n: remainder; m * _",
            a=(2, 9),
            b=(2, 9),
            c=(2, 9),
        ),
    ),
}
