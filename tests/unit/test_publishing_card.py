"""A model card: it says what holds and what does not, and no text of a study is markup in it."""

import ast
import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from report_results import study

from wideband.audit.finding import Finding
from wideband.audit.report import Audit
from wideband.numbers import NumberRecord
from wideband.policy.base import write_reference
from wideband.publishing.card import Subject, block, card, code, vllm, words
from wideband.publishing.facts import Base, base_of, numbers, stages

HOSTILE = (
    "</td><script>alert(1)</script> [x](javascript:alert(1)) "
    "![p](http://h/p.png) `a` ``b`` | c | <img src=x>\n"
    "# head\n---\nlicense: mit\n```\n{{ x }} << y >> <% z %> \\| \\` &lt;"
)
CELL = "gsm8k_test.panel.gsm8k_warmup"
IDS = (f"pass@1.{CELL}", f"pass@2.{CELL}", f"pass@4.{CELL}", f"gain.{CELL}-base", f"vendi.{CELL}.correct")
OTHERS = ("pass@1.gsm8k_test.panel.base", f"pass@1.diff.{CELL}", f"pass@1.{CELL}@1", "train_tokens.total")
STUDY = study(title=HOSTILE)
HUB = Base("big", "owner/model", "0" * 40, None, "bfloat16", None)
ALONG = Base("nano", None, None, Path("models/nano"), "float32", "Apache-2.0")


def record(identity: str) -> NumberRecord:
    told = {"unit": "fraction", "estimator": "x", "args": {}, "seed": None, "inputs": (), "fingerprint": ""}
    return NumberRecord(identity, 0.5, ci=(0.25, None), n=8, **told)


def audit(*findings: Finding, codes: dict[str, set[str]] | None = None) -> Audit:
    ids = (*IDS, *OTHERS)
    return Audit("invented", "h" * 64, (0, 1, 2, 3), tuple(findings), codes or {}, ids, ())


def subject(base: Base = ALONG, template: str = HOSTILE + "{problem}", **changes: Any) -> Subject:
    told = {"where": ".", "chat": False, "licence": None, **changes}
    config = {"r": 4, "target_parameters": ["mlp.experts.down_proj"], "peft_version": HOSTILE}
    return Subject(
        study=STUDY,
        arm="panel",
        checkpoint="gsm8k_warmup",
        base=base,
        config=config,
        template=template,
        **told,
    )


def shown(found: Audit) -> list:
    records = {identity: record(identity) for identity in (*IDS, *OTHERS)}
    return numbers(records, list(STUDY.benchmarks), "panel", "gsm8k_warmup", found)


def kinds(markdown: str) -> set[str]:
    """Kinds of elements that a text becomes."""
    parsed = MarkdownIt("commonmark").enable("table").parse(markdown)
    return {each.type for token in parsed for each in (token, *(token.children or ()))}


def test_no_text_of_a_study_is_markup_in_its_card() -> None:
    text = card(subject(), shown(audit()), audit())
    header, _, body = text.removeprefix("---\n").partition("---\n")
    assert yaml.safe_load(header) == {
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "tags": ["lora", "wideband"],
    }
    assert not kinds(body) & {"html_block", "html_inline", "image", "link_open", "hr"}
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    headings = [tokens[place + 1].content for place, each in enumerate(tokens) if each.type == "heading_open"]
    assert [each for each in headings if "head" in each] == []
    assert sum(each.type == "td_open" for each in tokens) == 6 * (1 + len(shown(audit())))
    fenced = [each.content for each in tokens if each.type == "fence"]
    assert fenced[0].rstrip("\n") == HOSTILE + "{problem}"


@pytest.mark.parametrize(
    "text", [HOSTILE, "", "|", "`", "\\", "a\\|b", "``", "x" * 9, "\n\n", "<!--", "- a", "1. b"]
)
def test_quoted_texts_stay_within_their_cell(text: str) -> None:
    for quoted in (words(text), code(text)):
        row = f"| a | b |\n|---|---|\n| {quoted} | end |\n"
        tokens = MarkdownIt("commonmark").enable("table").parse(row)
        cells = [tokens[place + 1].content for place, each in enumerate(tokens) if each.type == "td_open"]
        assert len(cells) == 2 and cells[1] == "end"
        assert not kinds(row) & {"html_block", "html_inline", "image", "link_open", "em_open"}
    (fence,) = (each for each in MarkdownIt().parse(block(text)) if each.type == "fence")
    assert fence.content.strip() == text.strip()


def test_a_card_has_the_numbers_of_its_checkpoint_and_both_ends_of_pass_at_k() -> None:
    assert [each.id for each in shown(audit())] == [IDS[0], *IDS[2:]]
    assert shown(audit())[0].interval == "[0.25, ∞]"


def test_a_card_whose_numbers_are_not_verified_says_so() -> None:
    sound = card(subject(), shown(audit()), audit())
    assert "VERIFIED by an audit" in sound and "not verified" not in sound
    wrong = Finding("NUMBER_MISMATCH", 3, "x", number=IDS[0])
    found = audit(wrong, codes={IDS[0]: {"NUMBER_MISMATCH"}})
    text = card(subject(), shown(found), found)
    assert "**The numbers of this card are not verified.** NOT VERIFIED\\: 1 of the 4 numbers" in text
    assert "NUMBER\\_MISMATCH |" in text
    elsewhere = audit(wrong, codes={OTHERS[0]: {"NUMBER_MISMATCH"}})
    text = card(subject(), shown(elsewhere), elsewhere)
    assert "FAILED elsewhere\\: NUMBER\\_MISMATCH" in text and "not verified" not in text


def test_a_new_adapter_says_that_it_sits_on_a_merged_policy_and_of_what(tmp_path: Path) -> None:
    document = STUDY.model_dump(exclude={"arms": {"__all__": {"run"}}})
    document["stages"]["math_continuation"]["lora"] = "new"
    document["base"] = {"kind": "hub", "name": "big", "repo": "owner/model", "revision": "0" * 40}
    begun = type(STUDY).model_validate(document)
    write_reference(tmp_path, None, None, "bfloat16")
    where = (begun, "panel", "math_continuation")
    base = base_of(*where, tmp_path)
    assert (base.name, base.folder, base.beneath) == ("panel-gsm8k_warmup", tmp_path, "owner/model")
    made = replace(subject(base), study=begun, checkpoint="math_continuation")
    text = card(made, shown(audit()), audit())
    said = (
        f"arm panel at gsm8k_warmup, merged: its adapters added to the weights of owner/model at {'0' * 40}"
    )
    assert f"in `base/`, the model that it was trained on (`panel-gsm8k_warmup`, {words(said)})" in text
    assert "is under the licence of what it was merged into: see `owner/model`" in text
    assert '"lora": "new"' in text
    assert base_of(begun, "panel", "gsm8k_warmup", tmp_path).beneath is None


def test_the_licence_is_the_one_that_was_chosen_and_the_base_has_its_own() -> None:
    text = card(subject(licence="mit"), shown(audit()), audit())
    assert yaml.safe_load(text.split("---\n")[1])["license"] == "mit"
    assert "published under `mit`" in text and "base model is under `Apache-2.0`" in text
    text = card(subject(HUB), shown(audit()), audit())
    assert yaml.safe_load(text.split("---\n")[1])["base_model"] == "owner/model"
    assert "chose no licence" in text and "a licence of its own: see `owner/model`" in text


@pytest.mark.parametrize("base", [HUB, ALONG])
@pytest.mark.parametrize("where", [".", "me/it's $(touch x)"])
def test_the_code_of_a_card_is_code_whatever_names_hold(base: Base, where: str) -> None:
    text = card(subject(base, where=where, chat=True), shown(audit()), audit())
    fences = {each.info: each.content for each in MarkdownIt().parse(text) if each.type == "fence"}
    ast.parse(fences["python"])
    *_, last = fences["bash"].splitlines()
    words_of = shlex.split(last)
    assert words_of[:2] == ["vllm", "serve"] and json.loads(words_of[-1])["path"] == where
    assert "--enable-mixed-moe-lora-format" in words_of and vllm(subject(base, where=where)) in fences["bash"]


def test_the_stages_of_a_checkpoint_end_with_it() -> None:
    every = STUDY.lineage("panel")
    assert [each["name"] for each in stages(STUDY, "panel", every[1][1])] == [name for _, name in every[:2]]
    last = list(stages(STUDY, "panel", "olympiad_rlvr@5"))[-1]
    assert (last["name"], last["steps"], last["slice"]) == (
        "olympiad_rlvr",
        5,
        "variance band of olympiad_pool",
    )
