"""The folder that is published: adapter, card, prompt, numbers, and the base where nobody else has it."""

import json
import shutil
from pathlib import Path

from ..audit.report import Audit
from ..config import Study
from ..config.parameters_asking import template
from ..numbers import NumberRecord, write_records
from ..policy.adapter_file import CONFIG, WEIGHTS, check_finite, read_config
from ..policy.base import REFERENCE, load_tokenizer
from ..provenance.atomic import write_text
from ..scaffolds import get
from ..workflow.layout import Checkpoint
from .card import Subject, card
from .facts import base_of, numbers
from .push import PublishError

PROMPT, CARD, NUMBERS, BASE = "prompt.txt", "README.md", "numbers.jsonl", "base"
# Of a base that goes along: weights, tokenizer, configs and licence, nothing that is code or a pickle.
GOES_ALONG = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt", "LICEN[CS]E*")


def subject_of(study: Study, checkpoint: Checkpoint, where: str, licence: str | None) -> Subject:
    """What is published, `where` being its id on the hub or `.`. Raises PublishError or AdapterError."""
    if checkpoint.name.partition("@")[0] not in study.trained_through(checkpoint.arm):
        raise PublishError(
            f"arm '{checkpoint.arm}' at {checkpoint.name}: nothing was trained here, so there is no adapter"
        )
    check_finite(checkpoint.adapter)
    base, body = base_of(study, checkpoint.arm, checkpoint.name, checkpoint.base), study.arms[checkpoint.arm]
    # The base is named by its hub id, or not at all where it goes along.
    config = read_config(checkpoint.adapter) | {
        "base_model_name_or_path": base.repo,
        "revision": base.revision,
    }
    chat = get(body.scaffold).chat and bool(load_tokenizer(checkpoint.base).chat_template)
    return Subject(
        study=study,
        arm=checkpoint.arm,
        checkpoint=checkpoint.name,
        base=base,
        where=where,
        config=config,
        template=template(body),
        chat=chat,
        licence=licence,
    )


def write_folder(
    place: Path, subject: Subject, adapter: Path, records: dict[str, NumberRecord], audit: Audit
) -> list[Path]:
    """Write the whole folder anew in place of what is there; its files."""
    temporary = place.with_name(f".{place.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    shutil.copyfile(adapter / WEIGHTS, temporary / WEIGHTS)
    write_text(temporary / CONFIG, json.dumps(subject.config, indent=2, sort_keys=True) + "\n")
    if subject.base.folder:
        _copy_base(subject.base.folder, temporary / BASE)
    write_text(temporary / PROMPT, subject.template)
    shown = numbers(records, list(subject.study.benchmarks), subject.arm, subject.checkpoint, audit)
    write_records([records[row.id] for row in shown], temporary / NUMBERS)
    write_text(temporary / CARD, card(subject, shown, audit))
    if place.exists():
        shutil.rmtree(place)
    temporary.rename(place)
    return sorted(path for path in place.rglob("*") if path.is_file())


def _copy_base(source: Path, folder: Path) -> None:
    folder.mkdir()
    for path in sorted({path for pattern in GOES_ALONG for path in source.glob(pattern)}):
        if path.is_file() and path.name != REFERENCE:
            shutil.copyfile(path, folder / path.name)
