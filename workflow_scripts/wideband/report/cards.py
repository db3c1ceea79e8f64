"""The cards: what stands behind every number, as one script that card.html addresses by id.

The script holds compressed JSON, since a large study has tens of thousands of numbers. `assets/unfolded.js`
reads it in a page; `numbers.jsonl` holds the records themselves in plain text.
"""

import base64
import inspect
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from ..config import Study
from ..numbers import NumberRecord
from ..numbers.record import FAMILY
from ..numbers.registry import Estimator, find
from . import ids
from .book import Book
from .columns import folded_rows, unfolded_rows
from .described import NAMED, Ids, form_of, unit_of
from .formats import fitted, render, render_interval
from .jobs import facts
from .lineage import Lineage, Output
from .occurrences import Occurrence

FILE = "assets/cards.js"
VARIABLE = "widebandCards"


Occurrences = dict[str, list[Occurrence]]


def cards_script(
    study: Study, book: Book, lineage: Lineage, places: Occurrences, pages: dict[str, str]
) -> str:
    """The script that holds the cards of all numbers; the same bytes for the same records and manifests.

    `pages` are the titles of pages by file.
    """
    return packed({"pages": pages, **cards(study, book, lineage, places)})


def packed(content: dict[str, Any]) -> str:
    """The script that holds `content`."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    letters = base64.b64encode(zlib.compress(text.encode(), level=9)).decode()
    return f'window.{VARIABLE} = "{letters}";\n'


def unpacked(script: str) -> dict[str, Any]:
    """The content of a script that `packed` made. Raises ValueError for other texts."""
    letters = script.removeprefix(f'window.{VARIABLE} = "').removesuffix('";\n')
    try:
        return json.loads(zlib.decompress(base64.b64decode(letters, validate=True)))
    except zlib.error as error:
        raise ValueError(f"not compressed ({error})") from None


def read_cards(script: str) -> dict[str, Any]:
    """The content of the script, numbers as rows by id.

    Raises ValueError, LookupError, TypeError or AttributeError for other texts.
    """
    content = unpacked(script)
    content["numbers"] = {number.pop("id"): number for number in unfolded_rows(content["numbers"])}
    for number in content["numbers"].values():
        if (family := number.pop("family", None)) is not None:
            number["args"] = {**number["args"], FAMILY: family}
    return content


def cards(study: Study, book: Book, lineage: Lineage, places: Occurrences) -> dict[str, Any]:
    """Numbers as a table of columns, and lists of what they rest on: estimators, outputs, jobs.

    Outputs name their parents, and numbers their tables, by place in the list of outputs.
    """
    names = list(dict.fromkeys(record.estimator for record in book))
    place = {path: at for at, path in enumerate(lineage.outputs)}
    jobs: dict[str, tuple[int, dict[str, Any]]] = {}
    read = Ids(study)
    outputs = [_output(output, place, jobs) for output in lineage.outputs.values()]
    return {
        "study": study.name,
        "prices": study.prices.model_dump(mode="json"),
        "estimators": [_estimator(find(name)) for name in names],
        "records": _records(lineage),
        "jobs": [job for _, job in jobs.values()],
        "outputs": outputs,
        "numbers": folded_rows(
            [
                {
                    "id": record.id,
                    **_number(
                        record, names.index(record.estimator), place, lineage, places.get(record.id, [])
                    ),
                    **_printed(book, record, read),
                    **_undecided(book, record),
                }
                for record in book
            ]
        ),
    }


def _number(
    record: NumberRecord, estimator: int, place: dict[str, int], lineage: Lineage, shown: list[Occurrence]
) -> dict[str, Any]:
    return {
        "value": record.value,
        "unit": record.unit,
        "ci": record.ci,
        "n": record.n,
        "estimator": estimator,
        "args": {key: value for key, value in record.args.items() if key != FAMILY},
        FAMILY: record.args.get(FAMILY),
        "seed": record.seed,
        "tables": [
            list(_table(place[table.path], table, lineage.outputs[table.path])) for table in record.inputs
        ],
        "code": record.fingerprint,
        "shown": [[found.page, found.section] for found in shown],
    }


def _printed(book: Book, record: NumberRecord, read: Ids) -> dict[str, Any]:
    """The number as it is printed, what it means, and what it is of."""
    ends, about = book.interval(record.id), read.about(record.id)
    form = fitted(form_of(record), ends)
    return {
        "text": render(record.value, form),
        "interval": render_interval(ends, form) if ends else "",
        **dict(zip(NAMED, read.named(about), strict=True)),
        "means": read.meaning(record),
        "says": unit_of(record),
    }


def _undecided(book: Book, record: NumberRecord) -> dict[str, list[str]]:
    found = [
        identity
        for identity in undecided_counts(book, (read.path for read in record.inputs))
        if identity != record.id
    ]
    return {"undecided": found} if found else {}


def _records(lineage: Lineage) -> dict[str, Any]:
    """The job that computed the numbers; empty when nobody recorded it."""
    return {"manifest": lineage.records_digest, **facts(lineage.records)} if lineage.records else {}


def _table(at: int, read: Any, output: Output) -> Iterator[Any]:
    """Place and rows, and the digest where the number was not computed from what the lineage names."""
    yield at
    yield read.rows
    if read.digest != output.digest:
        yield read.digest


def _estimator(estimator: Estimator) -> dict[str, str]:
    function = estimator.function
    return {
        "name": estimator.name,
        "source": estimator.source,
        "function": f"{function.__module__}.{function.__qualname__}",
        "says": inspect.getdoc(function) or "",
    }


def _output(output: Output, place: dict[str, int], jobs: dict[str, tuple[int, dict]]) -> dict[str, Any]:
    content = {"path": output.path, "digest": output.digest, "state": output.state}
    if output.manifest:
        wrote = facts(output.manifest)
        job, _ = jobs.setdefault(json.dumps(wrote, sort_keys=True), (len(jobs), wrote))
        content |= {
            "manifest": output.manifest_digest,
            "bytes": output.manifest["output"].get("bytes"),
            "job": job,
        }
    content["parents"] = [place[path] for path in output.parents]
    content["gates"] = [place[path] for path in output.gates]
    if output.source:
        content["source"] = {key: value for key, value in asdict(output.source).items() if value is not None}
    return content


def undecided_counts(book: Book, paths: Iterable[str]) -> list[str]:
    """Ids of the counts, where not zero, of the evaluations whose tables a number was computed from."""
    found = dict.fromkeys(filter(None, map(_count_of_undecided, paths)))
    return [identity for identity in found if book.value(identity)]


def _count_of_undecided(path: str) -> str | None:
    parts = PurePosixPath(path).with_suffix("").parts
    if len(parts) != 5 or parts[0] not in ("metrics", "arms"):
        return None
    # metrics/<metric>/<arm>/<checkpoint>/<slice> and arms/<arm>/<checkpoint>/<table>/<slice>
    arm, checkpoint = parts[2:4] if parts[0] == "metrics" else parts[1:3]
    return ids.undecided(parts[4], arm, checkpoint)
