"""Geometry and Counting & Probability of the math tier, by level."""

from .template import Template
from .template import template as t

Levels = dict[int, tuple[Template, ...]]


def _is_triangle(numbers: dict[str, int]) -> bool:
    sides = [numbers[name] for name in "abc"]
    return 2 * max(sides) < sum(sides)


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
            a=(2, 37),
        ),
        t(
            "A [line|rope|wire] of length {a} is cut at a point {b} from one end. How long is the other piece?",
            "a - b: piece",
            a=(5, 60),
        ),
    ),
    2: (
        t(
            "A [rectangle|garden|room|field] is {a} long and {b} wide. What is its perimeter?",
            "a + b; 2 * _: perimeter",
            lambda v: v["a"] > v["b"],
        ),
        t("A triangle has base {a} and height {b}. What is its area?", "a * b; _ / 2: area", b=(2, 12)),
        t(
            "Two angles of a triangle are {a} and {b} degrees. How many degrees is the third angle?",
            "a + b; 180 - _: angle",
            a=(20, 80),
            b=(20, 70),
        ),
        t("A square has perimeter {a}. What is its area?", "a / 4: side; _ * _1: area", a=(8, 48)),
    ),
    3: (
        t(
            "A rectangle has area {a} and width {n}. What is its perimeter?",
            "a / n: length; _ + n; 2 * _: perimeter",
            lambda v: v["a"] >= v["n"] ** 2,
            a=(6, 140),
            n=(2, 9),
        ),
        t(
            "A [box|tank|room] is {a} long, {b} wide and {c} high. What is its volume?",
            "a * b; _ * c: volume",
            a=(2, 10),
            b=(2, 8),
            c=(2, 8),
        ),
        t(
            "A triangle has sides {a}, {b} and {c}. A square has the same perimeter. What is its side?",
            "a + b; _ + c: perimeter; _ / 4: side",
            _is_triangle,
        ),
    ),
    4: (
        t(
            "From a rectangle {a} by {b} a rectangle {c} by {d} is cut out. What area is left?",
            "a * b; c * d; _1 - _2: area",
            lambda v: v["c"] < v["a"] and v["d"] < v["b"],
            a=(4, 15),
            b=(3, 12),
            c=(2, 9),
            d=(2, 9),
        ),
        t(
            "One rectangle is {a} by {b} and another is {c} by {d}. What is their total area?",
            "a * b; c * d; _1 + _2: area",
            b=(2, 9),
            d=(2, 9),
        ),
        t(
            "A rectangle has perimeter {p} and width {n}. What is its area?",
            "p / 2; _ - n: length; _ * n: area",
            lambda v: v["p"] >= 4 * v["n"],
            p=(10, 60),
            n=(2, 9),
        ),
        t(
            "A box is {a} long, {b} wide and {c} high. What is the total length of its edges?",
            "a + b; _ + c; 4 * _: edges",
            a=(2, 12),
            b=(2, 12),
            c=(2, 12),
        ),
    ),
    5: (
        t(
            "A rectangle has perimeter {p} and width {n}. A diagonal cuts it in two. What is the area of one part?",
            "p / 2; _ - n: length; _ * n; _ / 2: area",
            lambda v: v["p"] >= 4 * v["n"],
            p=(10, 60),
            n=(2, 9),
        ),
        t(
            "A floor {a} by {b} has a hole {c} by {d}. The rest is covered with tiles of area {k}. "
            "How many tiles are needed?",
            "a * b; c * d; _1 - _2: area; _ / k: tiles",
            lambda v: v["c"] < v["a"] and v["d"] < v["b"],
            a=(4, 15),
            b=(3, 12),
            c=(2, 9),
            d=(2, 9),
        ),
        t(
            "A triangle has sides {a}, {b} and {c}. A rectangle of width {n} has the same perimeter. How long is it?",
            "a + b; _ + c: perimeter; _ / 2; _ - n: length",
            _is_triangle,
        ),
    ),
}

COUNTING: Levels = {
    1: (
        t(
            "{A} has {a} [shirts|coats] and {b} [hats|scarves]. In how many ways can {A} choose one of each?",
            "a * b: ways",
            a=(2, 12),
            b=(2, 12),
        ),
        t("A bag holds {a} red and {b} blue balls. How many balls are in it?", "a + b: balls"),
        t(
            "A bag holds {a} balls and {b} of them are red. How many are not red?",
            "a - b: not red",
            a=(5, 50),
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
            "A bag holds {a} balls. A ball is red with probability 1/{n}. How many balls are not red?",
            "a / n: red; a - _: not red",
            a=(6, 90),
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
            "In how many ways can {a} {person+} have a [leader and a helper|captain and a keeper|winner and a second]?",
            "a - 1; a * _: ways",
            a=(3, 12),
        ),
        t(
            "{A} has {a} red and {b} blue hats and {n} belts, but one belt is torn. "
            "In how many ways can {A} choose a hat and a good belt?",
            "a + b; n - 1; _1 * _2: ways",
            n=(3, 6),
        ),
    ),
    4: (
        t(
            "Each of {a} {person+} [shakes hands|plays|talks] once with each other one. "
            "How many pairs are there?",
            "a - 1; a * _; _ / 2: pairs",
            a=(3, 12),
        ),
        t(
            "Of {d} {person+}, {a} play chess, {b} sing and {c} do both. How many do neither?",
            "a + b; _ - c: at least one; d - _: neither",
            lambda v: v["c"] < min(v["a"], v["b"]),
            d=(20, 60),
        ),
        t(
            "{A} can go by {a} roads or {b} trains and come back by {c} boats or {d} planes. "
            "How many round trips are there?",
            "a + b; c + d; _1 * _2: trips",
            a=(2, 8),
            b=(2, 8),
            c=(2, 6),
            d=(2, 6),
        ),
    ),
    5: (
        t(
            "{a} {person+} are in a league. Each pair plays {n} games. How many games are played?",
            "a - 1; a * _; _ / 2: pairs; n * _: games",
            a=(3, 12),
        ),
        t(
            "{A} can go by {a} roads or {b} trains and come back by {c} boats or {d} planes. {e} of the round "
            "trips are closed. How many are open?",
            "a + b; c + d; _1 * _2: trips; _ - e: open",
            a=(2, 8),
            b=(2, 8),
            c=(2, 6),
            d=(2, 6),
        ),
        t(
            "{A} has {a} red and {b} blue hats, {c} coats and {d} belts. Of all outfits of a hat, a coat and a "
            "belt {e} clash. How many outfits do not clash?",
            "a + b; _ * c; _ * d; _ - e: good",
            a=(2, 8),
            b=(2, 8),
            c=(2, 5),
            d=(2, 5),
        ),
    ),
}
