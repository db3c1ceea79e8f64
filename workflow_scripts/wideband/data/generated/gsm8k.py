"""The gsm8k tier: one or two steps of everyday arithmetic. Level = number of steps."""

from .template import Template
from .template import template as t

ONE_STEP: tuple[Template, ...] = (
    t(
        "{A} has {a} {thing+}. {B} gives {A} {b} more. How many {thing+} does {A} have [now|in all]?",
        "a + b: in all",
    ),
    t(
        "{A} [picks|finds] {a} {thing+} and {B} [picks|finds] {b}. How many {thing+} do they have together?",
        "a + b: together",
    ),
    t(
        "{A} had {a} {thing+} and [lost|sold|gave away] {b}. How many {thing+} are left?",
        "a - b: left",
        a=(5, 18),
    ),
    t(
        "{A} has {n} {box+} with {a} {thing+} in each. How many {thing+} are there [in all|altogether]?",
        "n * a: in all",
        a=(2, 9),
    ),
    t("Each {ware} costs {a} dollars. How many dollars do {n} {ware+} cost?", "n * a: cost", a=(2, 9)),
    t(
        "{A} shares {a} {thing+} equally among {n} {person+}. How many {thing+} does each get?",
        "a / n: each",
        a=(6, 20),
    ),
    t("{A} is {a} years old. {B} is {b} years older. How old is {B}?", "a + b: years"),
    t(
        "{A} has {a} {thing+}. {B} has {b} fewer. How many {thing+} does {B} have?",
        "a - b: in hand",
        a=(5, 18),
    ),
    t(
        "{B} runs {a} miles. {A} runs {n} times as far. How many miles does {A} run?",
        "n * a: miles",
        a=(2, 9),
    ),
)

TWO_STEPS: tuple[Template, ...] = (
    t(
        "{A} has {a} {thing+}, finds {b} more and then [loses|sells|gives away] {c}. How many "
        "{thing+} are left?",
        "a + b: in all; _ - c: left",
    ),
    t(
        "{A} buys {n} {box+} of {a} {thing+} and [uses|sells|gives away] {b} {thing+}. How many "
        "{thing+} are left?",
        "n * a: in all; _ - b: left",
        a=(2, 9),
    ),
    t(
        "{A} has {b} {thing+} and buys {n} {box+} of {a} {thing+}. How many {thing+} does {A} have now?",
        "n * a: bought; _ + b: in all",
        a=(2, 9),
    ),
    t(
        "{A} has {a} {thing+} and {B} has {b}. They share them all equally among {n} {person+}. "
        "How many {thing+} does each get?",
        "a + b: together; _ / n: each",
    ),
    t(
        "{A} has {a} {thing+}, keeps {b} and puts the rest equally into {n} {box+}. "
        "How many {thing+} are in each {box}?",
        "a - b: rest; _ / n: each",
        a=(8, 18),
    ),
    t(
        "Each {ware} costs {a} dollars. {A} buys {n} {ware+} and pays with {b} dollars. "
        "How many dollars does {A} get back?",
        "n * a: cost; b - _: back",
        a=(2, 9),
        b=(20, 40),
    ),
    t(
        "A {ride} carries {a} {person+}. {b} get on and then {c} get off. How many {person+} are on it now?",
        "a + b: on board; _ - c: on board",
    ),
    t(
        "{A} is {a} years old. {B} is {b} years older than {A}. {C} is {n} times as old as {B}. How "
        "old is {C}?",
        "a + b: years; _ * n: years",
        a=(2, 9),
        b=(2, 9),
    ),
    t(
        "{A} earns {a} dollars an hour for {n} hours and spends {b} dollars. How many dollars are left?",
        "n * a: earned; _ - b: left",
        a=(3, 9),
    ),
)

LEVELS: dict[int, tuple[Template, ...]] = {1: ONE_STEP, 2: TWO_STEPS}
