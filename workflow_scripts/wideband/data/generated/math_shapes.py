"""Geometry and Counting & Probability of the math tier, by level."""

from .template import Template
from .template import template as t

Levels = dict[int, tuple[Template, ...]]


GEOMETRY: Levels = {
    1: (
        t(
            "A [rectangle|garden|room|field] is {a} long and {b} wide. What is its area?",
            "a * b: area",
            lambda v: v["a"] > v["b"],
            b=(2, 9),
        ),
        t(
            "A square [garden|room|field|table] has side {a}. What is its perimeter?",
            "4 * a: perimeter",
            a=(2, 20),
        ),
        t(
            "A [line|rope|wire] of length {a} is cut at a point {b} from one end. How long is the "
            "other piece?",
            "a - b: piece",
            a=(5, 20),
        ),
    ),
    2: (
        t(
            "A [rectangle|garden|room|field] is {a} long and {b} wide. What is its perimeter?",
            "a + b; 2 * _: perimeter",
            lambda v: v["a"] > v["b"],
            a=(2, 20),
        ),
        t(
            "A [triangle|triangular flag|triangular sail] has base {a} and height {b}. What is its area?",
            "a * b; _ / 2: area",
            b=(2, 9),
        ),
    ),
    3: (
        t(
            "A rectangle has area {a} and width {n}. What is its perimeter?",
            "a / n: length; _ + n; 2 * _: perimeter",
            lambda v: v["a"] >= v["n"] ** 2,
            a=(6, 40),
            n=(2, 9),
        ),
        t(
            "A [box|tank|room] is {a} long, {b} wide and {c} high. What is its volume?",
            "a * b; _ * c: volume",
            a=(2, 10),
            b=(2, 8),
            c=(2, 8),
        ),
    ),
    4: (
        t(
            "From a rectangle {a} by {b} a rectangle {c} by {d} is cut out. What area is left?",
            "a * b; c * d; _1 - _2: area",
            lambda v: v["c"] < v["a"] and v["d"] < v["b"],
            a=(4, 9),
            b=(3, 9),
            c=(2, 9),
            d=(2, 9),
        ),
        t(
            "A rectangle has perimeter {p} and width {n}. What is its area?",
            "p / 2; _ - n: length; _ * n: area",
            lambda v: v["p"] >= 4 * v["n"],
            p=(10, 20),
            n=(2, 9),
        ),
    ),
    5: (
        t(
            "A rectangle has perimeter {p} and width {n}. A diagonal cuts it in two. What is the "
            "area of one part?",
            "p / 2; _ - n: length; _ * n; _ / 2: area",
            lambda v: v["p"] >= 4 * v["n"],
            p=(10, 20),
            n=(2, 9),
        ),
        t(
            "A floor {a} by {b} has a hole {c} by {d}. The rest is covered with tiles of area {k}. "
            "How many tiles are needed?",
            "a * b; c * d; _1 - _2: area; _ / k: tiles",
            lambda v: v["c"] < v["a"] and v["d"] < v["b"],
            a=(4, 9),
            b=(3, 9),
            c=(2, 9),
            d=(2, 9),
        ),
    ),
}

COUNTING: Levels = {
    1: (
        t(
            "{A} has {a} [shirts|coats] and {b} [hats|scarves]. In how many ways can {A} choose one of each?",
            "a * b: ways",
            a=(2, 9),
            b=(2, 9),
        ),
        t("A bag holds {a} red and {b} blue balls. How many balls are in it?", "a + b: balls"),
        t(
            "A bag holds {a} balls and {b} of them are red. How many are not red?",
            "a - b: not red",
            a=(5, 18),
        ),
    ),
    2: (
        t(
            "{A} has {a} shirts, {b} hats and {c} belts. In how many ways can {A} choose one of each?",
            "a * b; _ * c: ways",
            a=(2, 9),
            b=(2, 6),
            c=(2, 6),
        ),
        t(
            "A meal is one of {a} soups or {b} salads, and one of {n} mains. How many meals are there?",
            "a + b; _ * n: meals",
        ),
    ),
    3: (
        t(
            "{a} {person+} play chess, {b} sing and {c} do both. How many {person+} do at least one?",
            "a + b; _ - c: at least one",
            lambda v: v["c"] < min(v["a"], v["b"]),
        ),
        t(
            "In how many ways can {a} {person+} have a [leader and a helper|captain and a "
            "keeper|winner and a second]?",
            "a - 1; a * _: ways",
            a=(3, 9),
        ),
    ),
    4: (
        t(
            "Each of {a} {person+} [shakes hands|plays|talks] once with each other one. "
            "How many pairs are there?",
            "a - 1; a * _; _ / 2: pairs",
            a=(3, 9),
        ),
        t(
            "Of {d} {person+}, {a} play chess, {b} sing and {c} do both. How many do neither?",
            "a + b; _ - c: at least one; d - _: neither",
            lambda v: v["c"] < min(v["a"], v["b"]),
            d=(20, 20),
        ),
    ),
    5: (
        t(
            "{a} {person+} are in a league. Each pair plays {n} games. How many games are played?",
            "a - 1; a * _; _ / 2: pairs; n * _: games",
            a=(3, 9),
        ),
        t(
            "{A} has {a} red and {b} blue hats, {c} coats and {d} belts. Of all outfits of a hat, a "
            "coat and a "
            "belt {e} clash. How many outfits do not clash?",
            "a + b; _ * c; _ * d; _ - e: good",
            a=(2, 8),
            b=(2, 8),
            c=(2, 5),
            d=(2, 5),
        ),
    ),
}
