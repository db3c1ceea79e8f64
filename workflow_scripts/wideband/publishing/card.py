"""The model card: the template, filled with a study's texts, below a YAML header.

These texts are shown as they are and are never markup (`words`, `code`, `block`).
"""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .. import __version__
from ..audit.report import Audit
from ..config import Study
from ..config.merged import Merged
from ..config.policy import Base as AnyBase
from ..config.policy import HubBase
from ..scaffolds import get
from .facts import Base, Number, sound, stages, verdict

# What means something to CommonMark, to GitHub's tables and addresses, or to HTML within a line. Others do
# only where a line begins, or beside one of these.
SPECIAL = re.compile(r"([\\`*_\[\]|~<>&$:@]|(?<=www)\.)", re.IGNORECASE)
RUNS = re.compile(r"`+")
TEMPLATE = "card.md.j2"
# What kind of base goes along.
SAID = {
    "pretrain": "pretrained by the study",
    "package": "unpacked from a Python package",
    "hub": "kept in a folder",
}


def words(text: object) -> str:
    """A text within a line or a table's cell: on one line, special characters behind a backslash."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A text within a line, as a code span between more backticks than it holds.

    One with a bar is no code: in a table a bar ends the cell even there, and cannot be escaped for certain.
    """
    one_line = " ".join(str(text).split()) or " "
    if "|" in one_line:
        return words(one_line)
    ticks = "`" * (1 + max((len(run) for run in RUNS.findall(one_line)), default=0))
    edge = " " if one_line[0] == "`" or one_line[-1] == "`" else ""
    return f"{ticks}{edge}{one_line}{edge}{ticks}"


def block(text: str, language: str = "text") -> str:
    """A text of several lines, as a fenced block whose fence it cannot close."""
    fence = "`" * max(3, 1 + max((len(run) for run in RUNS.findall(text)), default=0))
    plain = "".join(
        character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text
    )
    return f"{fence}{language}\n{plain.rstrip()}\n{fence}"


@dataclass(frozen=True)
class Subject:
    """What a card is about.

    Attributes:
        where: hub id that it is pushed to, or `.` for the folder itself.
        config: the adapter's config as it is published.
        template: the prompt's.
        chat: whether the prompt is a user's message of the base's chat template.
        licence: an SPDX id, None where none was chosen.
    """

    study: Study
    arm: str
    checkpoint: str
    base: Base
    where: str
    config: dict[str, Any]
    template: str
    chat: bool
    licence: str | None


def card(subject: Subject, numbers: list[Number], audit: Audit) -> str:
    """The whole text of README.md."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,
        undefined=StrictUndefined,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    study, base = subject.study, subject.base
    under = study.base_of(subject.arm, subject.checkpoint)
    asked = "as a user's message of the model's chat template" if subject.chat else "as plain text"
    return templates.get_template(TEMPLATE).render(
        words=words,
        code=code,
        block=block,
        header=header(subject),
        title=f"{study.name}: {subject.arm} at {subject.checkpoint}",
        sound=sound(numbers),
        verdict=verdict(audit, numbers),
        version=__version__,
        study=study,
        arm=subject.arm,
        checkpoint=subject.checkpoint,
        base=base,
        base_said=said(under),
        toy=getattr(under, "root", under).kind == "pretrain",
        stages=list(stages(study, subject.arm, subject.checkpoint)),
        head=audit.head,
        scaffold=get(study.arms[subject.arm].scaffold),
        how=f"The prompt is given {asked}.",
        template=subject.template,
        python=python(subject),
        vllm=vllm(subject),
        experts=bool(subject.config.get("target_parameters")),
        peft=subject.config.get("peft_version"),
        confidence=f"{study.statistics.confidence:.0%}",
        numbers=numbers,
        licence=subject.licence,
    )


def said(base: AnyBase | Merged) -> str:
    """What a base that goes along is."""
    if not isinstance(base, Merged):
        return SAID[base.kind]
    root = base.root
    pinned = isinstance(root, HubBase) and root.revision
    where = f"{root.repo} at {root.revision}" if pinned else f"{root.name}, {SAID[root.kind]}"
    return f"arm {base.arm} at {base.checkpoint}, merged: its adapters added to the weights of {where}"


def header(subject: Subject) -> str:
    """The YAML that the hub reads."""
    metadata = {
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        **({"base_model": subject.base.repo} if subject.base.repo else {}),
        **({"license": subject.licence} if subject.licence else {}),
        "tags": ["lora", "wideband"],
    }
    return yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True)


def python(subject: Subject) -> str:
    """How to load it with transformers and PEFT; texts of the study are Python literals."""
    base, here = subject.base, subject.where == "."
    folder = '"."  # this folder' if here else f"snapshot_download({subject.where!r})"
    source = f"{base.repo!r}, revision={base.revision!r}" if base.repo else 'f"{folder}/base"'
    asked = [
        'prompt = open(f"{folder}/prompt.txt", encoding="utf-8").read()',
        'question = prompt.replace("{problem}", "What is 3 + 4?")',
    ]
    if subject.chat:
        asked += [
            'said = [{"role": "user", "content": question.strip()}]',
            "question = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)",
        ]
    return "\n".join(
        [
            *([] if here else ["from huggingface_hub import snapshot_download"]),
            "from peft import PeftModel",
            "from transformers import AutoModelForCausalLM, AutoTokenizer",
            "",
            f"folder = {folder}",
            f"tokenizer = AutoTokenizer.from_pretrained({source})",
            f'model = AutoModelForCausalLM.from_pretrained({source}, dtype="{base.dtype}")',
            "model = PeftModel.from_pretrained(model, folder)",
            *asked,
            'ids = tokenizer(question, return_tensors="pt").input_ids',
            "print(tokenizer.decode(model.generate(input_ids=ids, max_new_tokens=64)[0]))",
        ]
    )


def vllm(subject: Subject) -> str:
    """How to serve it; what could be a shell's is quoted."""
    base, experts = subject.base, bool(subject.config.get("target_parameters"))
    served = (
        [base.repo, *(["--revision", base.revision] if base.revision else [])] if base.repo else ["./base"]
    )
    three = {"is_3d_lora_weight": True} if experts else {}
    module = {"name": f"{subject.study.name}-{subject.arm}", "path": subject.where} | three
    command = ["vllm", "serve", *served, "--enable-lora", "--max-lora-rank", str(max(8, subject.config["r"]))]
    command += ["--enable-mixed-moe-lora-format"] if experts else []
    fetched = [] if subject.where == "." or base.repo else [_fetched(subject)]
    return "\n".join([*fetched, shlex.join([*command, "--lora-modules", json.dumps(module)])])


def _fetched(subject: Subject) -> str:
    return f"{shlex.join(['hf', 'download', subject.where, '--local-dir', '.'])}  # the base comes with it"
