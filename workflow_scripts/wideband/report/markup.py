"""Bound markup: every figure of the text carries the record, setting or table cell it comes from."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from ..config import Study
from .book import Book
from .formats import NOTHING, fitted, render, render_interval

# What ids are made of, and addresses may hold as it is.
SAFE = "@+:/"


@dataclass(frozen=True)
class Binder:
    """What templates print numbers with; there is no other way to a number in them."""

    study: Study
    book: Book

    def num(self, identity: str, form: str) -> Markup:
        """The value of a number record, as a link to its card: rounded as its interval allows."""
        return self.exactly(identity, fitted(form, self.book.interval(identity)))

    def exactly(self, identity: str, form: str) -> Markup:
        """The value in this very form, carrying id and form, as a link to its card."""
        text = render(self.book.value(identity), form)
        why = identity if text != NOTHING else self.book.absence(identity)
        return Markup(
            '<a class="num" data-number="{0}" data-format="{1}" href="{2}" title="{3}">{4}</a>'
        ).format(identity, form, card(identity), why, text)

    def ci(self, identity: str, form: str) -> Markup:
        """The interval of a number record as a link to its card; nothing at all when it has none."""
        interval = self.book.interval(identity)
        if interval is None:
            return Markup("")
        form = fitted(form, interval)
        return Markup(
            '<a class="ci" data-number="{0}" data-part="ci" data-format="{1}" href="{2}">{3}</a>'
        ).format(identity, form, card(identity), render_interval(interval, form))

    def detectable(self, identity: str, form: str) -> Markup:
        """The smallest difference that could be detected, see Book, as a link to the card of the number."""
        smallest = self.book.detectable(identity)
        form = fitted(form.removeprefix("+"), smallest and (-smallest, smallest))
        return Markup(
            '<a class="num" data-number="{0}" data-part="detectable" data-format="{1}" href="{2}">{3}</a>'
        ).format(identity, form, card(identity), render(smallest, form))

    def count(self, identity: str) -> Markup:
        """The n of a number record as a link to its card."""
        units = self.book.n(identity)
        return Markup('<a class="n" data-number="{0}" data-part="n" href="{1}">{2}</a>').format(
            identity, card(identity), NOTHING if units is None else units
        )

    def setting(self, path: str, form: str = "") -> Markup:
        """A value of the study file, by its dotted path, e.g. `statistics.confidence`."""
        return Markup('<span class="setting" data-setting="{}" data-format="{}">{}</span>').format(
            path, form, format(resolve(self.study, path), form)
        )


def card(identity: str) -> str:
    """Where a number's card is, relative to the site."""
    return f"card.html#{quote(identity, safe=SAFE)}"


def resolve(study: Study, path: str) -> Any:
    """The value at a dotted path of the study. Raises KeyError or AttributeError when there is none."""
    value: Any = study
    for key in path.split("."):
        value = value[key] if isinstance(value, dict) else getattr(value, key)
    return value
