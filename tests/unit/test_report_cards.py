"""Cards: what stands behind a number, out of records and manifests."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from report_manifests import NUMBER, OTHER, PASSK, SLICE, SMALL, TRAINED, UNTRAINED
from report_results import study

from wideband.numbers import NumberRecord, read_records
from wideband.numbers.registry import find
from wideband.provenance.digests import file_digest
from wideband.provenance.git import git_state
from wideband.provenance.manifest import manifest_path, read_manifest
from wideband.report import build_site, lineage
from wideband.report.book import ReportError
from wideband.report.cards import FILE, read_cards, unpacked
from wideband.report.columns import folded_rows, unfolded_rows
from wideband.report.sources import source_of
from wideband.workflow import freshness


@pytest.fixture(scope="module")
def root(small_results: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the results with manifests behind two of their numbers."""
    folder = tmp_path_factory.mktemp("cards") / "results" / SMALL.name
    shutil.copytree(small_results, folder)
    return folder


@pytest.fixture(scope="module")
def cards(root: Path) -> dict[str, Any]:
    """The cards of its site."""
    return read_cards((root / "report" / FILE).read_text())


@pytest.fixture(scope="module")
def record(root: Path) -> NumberRecord:
    """The record whose lineage is whole."""
    return next(each for each in read_records(root / "numbers.jsonl") if each.id == NUMBER)


def _cards(root: Path, out: Path) -> dict[str, Any]:
    build_site(SMALL, root, out)
    return read_cards((out / FILE).read_text())


def _behind(cards: dict[str, Any], number: str) -> dict[str, dict[str, Any]]:
    """Outputs that a number rests on by their path, as the page finds them."""
    waiting, found = [read[0] for read in cards["numbers"][number]["tables"]], {}
    while waiting:
        output = cards["outputs"][waiting.pop()]
        if output["path"] not in found:
            found[output["path"]] = output
            waiting += output["parents"]
    return found


def test_every_number_has_a_card_that_says_what_its_record_says(root: Path, cards: dict[str, Any]) -> None:
    for each in read_records(root / "numbers.jsonl"):
        card = cards["numbers"][each.id]
        assert (card["value"], card["unit"], card["n"]) == (each.value, each.unit, each.n)
        assert (card["args"], card["seed"]) == (each.args, each.seed)
        assert card["ci"] == (None if each.ci is None else list(each.ci))


def test_a_card_names_the_estimator_with_its_source(cards: dict[str, Any], record: NumberRecord) -> None:
    estimator = cards["estimators"][cards["numbers"][NUMBER]["estimator"]]
    assert estimator["name"] == record.estimator
    assert estimator["source"] == find(record.estimator).source
    assert estimator["function"] == "wideband.numbers.estimators.passk.mean"


def test_a_card_names_the_tables_with_digest_and_rows(
    root: Path, cards: dict[str, Any], record: NumberRecord
) -> None:
    at, rows = cards["numbers"][NUMBER]["tables"][0]
    assert cards["outputs"][at]["path"] == PASSK[0]
    assert cards["outputs"][at]["digest"] == record.inputs[0].digest == file_digest(root / PASSK[0])
    assert rows == record.inputs[0].rows


def test_the_chain_leads_down_to_the_sources_and_to_no_other_arm(cards: dict[str, Any]) -> None:
    behind = _behind(cards, NUMBER)
    sources = {output["source"]["name"] for output in behind.values() if "source" in output}
    assert sources == {"gsm8k/test", "gsm8k/train", "model/nano"}
    assert f"{TRAINED}/rollouts/{SLICE}" in behind
    assert f"{UNTRAINED}/rollouts/{SLICE}" not in behind
    assert set(_behind(cards, OTHER)) & set(behind) == {f"data/{SLICE}", "models/nano/weights"}


def test_checks_that_had_to_pass_are_no_part_of_what_a_result_is_made_of(cards: dict[str, Any]) -> None:
    behind = _behind(cards, NUMBER)
    golds = next(at for at, each in enumerate(cards["outputs"]) if each["path"].endswith("golds.json"))
    assert behind[f"{TRAINED}/rollouts/{SLICE}"]["gates"] == [golds]
    assert "data/gsm8k_test.golds.json" not in behind


def test_a_stage_says_commit_seeds_machine_and_cost(root: Path, cards: dict[str, Any]) -> None:
    output = _behind(cards, NUMBER)[f"{TRAINED}/rollouts/{SLICE}"]
    job, manifest = cards["jobs"][output["job"]], read_manifest(root / TRAINED / "rollouts" / SLICE)
    git = git_state()
    assert (job.get("commit"), job.get("dirty", False)) == ((git.commit, git.dirty) if git else (None, False))
    assert job["seeds"] == {"seed": 4}
    assert job["machine"]["host"] == manifest["machine"]["host"]
    assert job["tokens"] == {"prompt_tokens": 1000, "completion_tokens": 500, "rollouts": 64}
    assert output["manifest"] == file_digest(manifest_path(root / TRAINED / "rollouts" / SLICE))
    assert cards["prices"]["output_per_million"] == SMALL.prices.output_per_million


def test_a_card_leads_back_to_the_pages_that_show_its_number(cards: dict[str, Any]) -> None:
    shown = {tuple(place) for place in cards["numbers"][NUMBER]["shown"]}
    assert shown == {("learning.html", "stages")}
    ends = {tuple(place) for place in cards["numbers"]["pass@1.gsm8k_test.think.olympiad_rlvr"]["shown"]}
    assert {("index.html", "key-numbers"), ("passk.html", "curves")} <= ends
    effect = {tuple(place) for place in cards["numbers"]["gain.gsm8k_test.think.olympiad_rlvr-base"]["shown"]}
    assert ("index.html", "effects") in effect


def test_a_table_that_nobody_recorded_is_shown_without_a_job(cards: dict[str, Any]) -> None:
    at = cards["numbers"]["pass@1.gsm8k_test.panel.base"]["tables"][0][0]
    assert cards["outputs"][at]["state"] == "no manifest"
    assert "job" not in cards["outputs"][at]


def test_a_manifest_that_is_not_the_recorded_one_is_said_to_be_later(root: Path, tmp_path: Path) -> None:
    kept = manifest_path(root / PASSK[0])
    before = kept.read_text()
    kept.write_text(json.dumps(json.loads(before) | {"seconds": 99.0}))
    try:
        states = {each["path"]: each["state"] for each in _cards(root, tmp_path)["outputs"]}
    finally:
        kept.write_text(before)
    assert states[PASSK[0]] == "written later"
    assert states[f"{TRAINED}/verdicts/{SLICE}"] == "recorded"


def test_a_broken_manifest_is_named(root: Path, tmp_path: Path) -> None:
    kept = manifest_path(root / PASSK[0])
    before = kept.read_text()
    kept.write_text(before[:100])
    try:
        with pytest.raises(ReportError, match=r"gsm8k_test\.parquet\.manifest\.json: not a manifest"):
            build_site(SMALL, root, tmp_path)
    finally:
        kept.write_text(before)


def test_the_same_manifests_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    build_site(SMALL, root, tmp_path)
    assert (tmp_path / FILE).read_bytes() == (root / "report" / FILE).read_bytes()


def test_checks_are_those_that_gate_the_workflow() -> None:
    assert lineage.GATES == freshness.GATES


def test_a_registered_source_is_named_with_its_digest() -> None:
    made = study(data={**SMALL.data.model_dump(), "origin": "local", "root": "data"})
    manifest = {"rule": "slice", "wildcards": {"slice": "gsm8k_test"}}
    registered = {"gsm8k/test": {"rows": 1319, "digest": "7a0e"}}
    found = source_of(made, manifest, registered)
    assert (found.name, found.digest, found.rows) == ("gsm8k/test", "7a0e", 1319)
    assert "not verified" in source_of(made, manifest, {}).origin


def test_a_job_is_described_once_for_all_its_outputs(root: Path, cards: dict[str, Any]) -> None:
    places = {each["path"]: each.get("job") for each in cards["outputs"]}
    assert places[PASSK[0]] == places[PASSK[1]]
    assert len(cards["jobs"]) < len([job for job in places.values() if job is not None])


def test_what_repeats_in_numbers_is_written_once(root: Path, cards: dict[str, Any]) -> None:
    tests = [each for each in read_records(root / "numbers.jsonl") if "family" in each.args]
    families = {tuple(each.args["family"]) for each in tests}
    assert len(tests) > len(families) > 0
    for each in tests:
        shown = cards["numbers"][each.id]
        assert shown["args"] == each.args and len(shown["tables"]) == len(each.inputs)
    content = unpacked((root / "report" / FILE).read_text())
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    assert all(text.count(json.dumps(list(each), separators=(",", ":"))) == 1 for each in families)
    assert text.count(tests[0].fingerprint or "not recorded") <= 1


def test_rows_are_the_same_once_they_have_been_columns() -> None:
    rows = [{"value": at / 3, "kind": ["a", None][at % 2], "all": [[1], [2, {}]]} for at in range(9)]
    rows[0]["only"] = 1
    columns = folded_rows(rows)
    assert columns["all"] == {"distinct": [[[1], [2, {}]]], "at": [0] * 9}
    assert columns["value"] == [each["value"] for each in rows]
    assert unfolded_rows(columns) == [{**row, "only": row.get("only")} for row in rows]
    assert unfolded_rows(folded_rows([])) == []


@pytest.mark.parametrize("text", ["", "window.widebandCards = {};\n", 'window.widebandCards = "AAAA";\n'])
def test_a_script_that_holds_no_cards_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_cards(text)
