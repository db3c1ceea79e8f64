"""Tables of models by tasks by metrics: read, missing cells kept as such, and what is wrong named."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from wideband.config import Study
from wideband.config.import_file import Import
from wideband.config.parameters import parameters, whole_study
from wideband.errors import WidebandError
from wideband.importers import ImportFileError, read_grid
from wideband.numbers.study import planned
from wideband.tables import read_table, write_table

WIDE = "model,GSM8K,CNN/DM\nBase,0.4,0.2\nSFT,**0.1**,—\nRL,0.3,0.1\n"
SLASHED = "model,GSM8K/acc,GSM8K/mv,CNN/DM/acc\nBase,50,60,7\nSFT,70,71,\nRL,72,70,9\n"
LONG = """model,task,metric,value
Base,GSM8K,sbert,0.4
Base,CNN/DM,sbert,0.2
Base,GSM8K,other,9
SFT,GSM8K,sbert,0.1
"""


def grid(folder: Path, files: dict[str, str], **more: object) -> list[pd.DataFrame]:
    """The tables of a grid of these files, in the order of its models."""
    for name, text in files.items():
        (folder / name).write_text(text)
    models = {"a.base": "Base", "a.sft": "SFT"}
    entry = Import(**{"format": "grid", "slice": "s", "path": list(files), "models": models, **more})
    return list(read_grid([folder / name for name in files], entry).values())


def values(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {
        (uid, metric): value
        for uid, metric, value in table[["uid", "metric", "value"]].itertuples(index=False)
    }


def test_one_metric_a_file_or_several_in_the_names_of_columns(tmp_path: Path) -> None:
    files = {"sbert.csv": WIDE, "quality.csv": SLASHED}
    columns = {"sbert.csv": "sbert", "acc": "accuracy", "mv": "vote"}
    base, sft = grid(tmp_path, files, columns=columns, less={"gain": ("vote", "accuracy")})
    assert values(base) == {
        ("CNN/DM", "accuracy"): 7,
        ("CNN/DM", "sbert"): 0.2,
        ("GSM8K", "accuracy"): 50,
        ("GSM8K", "gain"): 10,
        ("GSM8K", "sbert"): 0.4,
        ("GSM8K", "vote"): 60,
    }
    assert values(sft)["GSM8K", "sbert"] == 0.1
    write_table(sft, tmp_path / "sft.parquet", "metrics")


def test_the_column_that_chooses_rows_is_no_task(tmp_path: Path) -> None:
    text = "model,seed,round/acc,GSM8K,CNN/DM\nBase,1,1,0.4,0.2\nBase,2,1,9,9\nSFT,1,1,0.1,0.1\n"
    where = {"seed": "1", "round/acc": "1"}
    base, sft = grid(tmp_path, {"t.csv": text}, columns={"t.csv": "sbert"}, where=where)
    assert values(base) == {("CNN/DM", "sbert"): 0.2, ("GSM8K", "sbert"): 0.4} and len(sft) == 2
    slashed = "model,round/acc,GSM8K/acc\nBase,1,0.4\nSFT,1,0.1\n"
    base, _ = grid(tmp_path, {"s.csv": slashed}, columns={"acc": "acc"}, where={"round/acc": "1"})
    assert values(base) == {("GSM8K", "acc"): 0.4}


def test_a_row_for_each_value_is_read_as_well(tmp_path: Path) -> None:
    base, sft = grid(tmp_path, {"long.csv": LONG}, columns={"sbert": "distance"})
    assert values(base) == {("CNN/DM", "distance"): 0.2, ("GSM8K", "distance"): 0.4}
    assert values(sft)["GSM8K", "distance"] == 0.1


def test_a_task_that_only_others_have_is_one_that_was_not_measured(tmp_path: Path) -> None:
    _, sft = grid(tmp_path, {"long.csv": LONG}, columns={"sbert": "distance"})
    assert len(sft) == 2 and np.isnan(values(sft)["CNN/DM", "distance"])
    rows = ({"model": "Base", "a": 1, "b": 2}, {"model": "SFT", "b": 3}, {"model": "RL", "c": 4})
    text = "\n".join(map(json.dumps, rows))
    base, sft = grid(tmp_path, {"t.jsonl": text}, columns={"t.jsonl": "sbert"})
    # RL is of no checkpoint: what it was measured on is not asked for.
    assert values(base) == {("a", "sbert"): 1, ("b", "sbert"): 2}
    assert values(sft)["b", "sbert"] == 3 and np.isnan(values(sft)["a", "sbert"])


def test_blanks_around_the_name_of_a_column_are_no_part_of_it(tmp_path: Path) -> None:
    text = WIDE.replace("model,GSM8K,CNN/DM", "model, GSM8K, CNN/DM ")
    base, _ = grid(tmp_path, {"t.csv": text}, columns={"t.csv": "sbert"})
    assert values(base) == {("CNN/DM", "sbert"): 0.2, ("GSM8K", "sbert"): 0.4}


def test_a_cell_without_a_value_is_kept_as_one_that_was_not_measured(tmp_path: Path) -> None:
    _, sft = grid(tmp_path, {"sbert.csv": WIDE}, columns={"sbert.csv": "sbert"})
    assert np.isnan(values(sft)["CNN/DM", "sbert"])
    models = {"a.base": "Base", "a.sft": ["SFT", "RL"]}
    _, mean = grid(tmp_path, {"sbert.csv": WIDE}, columns={"sbert.csv": "sbert"}, models=models)
    assert values(mean)["GSM8K", "sbert"] == pytest.approx(0.2)
    assert np.isnan(values(mean)["CNN/DM", "sbert"])


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (WIDE.replace("0.4", "high"), {}, r"t\.csv:2: field 'GSM8K' must be a number, but is 'high'"),
        (WIDE + "Base,1,2\n", {}, r"t\.csv:5: sbert of Base on GSM8K again, first at .*t\.csv:2; remove one"),
        (WIDE, {"models": {"a.base": "Bass"}}, r"no row is called 'Bass'; rows are Base, SFT, RL"),
        (WIDE, {"columns": {"kl": "kl"}}, r"t\.csv: no column is one of kl, .* it has model, GSM8K, CNN/DM"),
        (WIDE, {"fields": {"model": "system"}}, r"t\.csv:2: field 'system' is missing"),
        (WIDE.replace("CNN/DM", " GSM8K"), {}, r"t\.csv:1: a column name occurs twice"),
        (
            WIDE.replace("0.3", "30%"),
            {},
            r"t\.csv:2: sbert has no percent sign here, but has one at .*t\.csv:4; write all alike",
        ),
        (WIDE + "DPO,0.2\n", {}, r"t\.csv:5: 2 cells, but the first line names 3 columns"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, more: dict, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        grid(tmp_path, {"t.csv": text}, **{"columns": {"t.csv": "sbert"}, **more})


def test_two_files_may_not_tell_of_the_same_cell(tmp_path: Path) -> None:
    files = {"one.csv": WIDE, "two.csv": WIDE}
    with pytest.raises(ImportFileError, match=r"two\.csv: sbert of Base on GSM8K is in another file too"):
        grid(tmp_path, files, columns={"one.csv": "sbert", "two.csv": "sbert"})


def study(**more: object) -> Study:
    """A lineage that branches, and its policy asked in another way."""
    models = {
        "a.base": "Base",
        "a.sft": "SFT",
        "a.rl": "RL",
        "b.dpo": "DPO",
        "bare.sft": "SFT, bare",
    }
    columns = {"t.csv": "sbert", "u.csv": "sbert_correct"}
    entry = {"format": "grid", "slice": "s", "path": ["t.csv", "u.csv"], "models": models, "columns": columns}
    return Study(
        name="t",
        title="T",
        arms={
            "a": {"scaffold": "think"},
            "b": {"scaffold": "plain", "start": "a.sft"},
            "bare": {"scaffold": "think_suppressed", "policy": "a"},
        },
        compare=["a", "b"],
        stages={"sft": {"slice": "x"}, "rl": {"slice": "x"}, "dpo": {"slice": "x"}},
        benchmarks={"s": {"n": 16}},
        imports={"root": "r", "licence": "MIT", "files": [{**entry, **more}]},
    )


def test_an_imported_lineage_branches_where_its_arm_says() -> None:
    made = study()
    assert made.checkpoints("b") == ["base", "sft", "dpo"] and made.evaluated_in("b", "sft") == "a"
    requests = {request.id: request for request in planned(made)}
    assert len(requests) == len(planned(made))
    folder = "metrics/imported/{}/s.parquet"
    found = requests["sbert.change.s.b.dpo-sft.ratios"]
    assert list(found.paths) == [folder.format(at) for at in ("a/base", "a/sft", "b/dpo")]
    assert "sbert.retained.s.b.dpo.least" in requests and "sbert.loses_most.s.b.sft.means" in requests
    recovered = requests["sbert.recovered.s.bare-a.sft.ratios"]
    assert list(recovered.paths) == [folder.format(at) for at in ("a/base", "a/sft", "bare/sft")]
    assert "sbert.residual.s.a.rl" in requests and "sbert.relative.s.a-b.rl-dpo" in requests
    assert not [name for name in requests if ".b.sft" in name and "loses_most" not in name]


def test_a_job_plans_the_numbers_of_a_grid_as_the_study_file_does() -> None:
    made = study(models={place: place for place in ("b.dpo", "bare.sft", "a.sft", "a.base", "a.rl")})
    told = json.loads(json.dumps(parameters("number_records", made, {}), sort_keys=True))
    assert planned(whole_study(told)) == planned(made)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"models": {}}, r"imports.files.0.models: missing key; name the row of every checkpoint"),
        ({"models": {"c.base": "Base"}}, r"models.c.base: unknown arm 'c'"),
        ({"models": {"a.sfd": "SFT"}}, r"models.a.sfd: unknown stage 'sfd'; known: base, sft"),
        ({"models": {"a.base": []}}, r"models.a.base: name each of its rows once"),
        ({"arm": "a"}, r"imports.files.0.arm: a grid names its arms and checkpoints under models"),
        ({"less": {"gain": ["sbert", "x"]}}, r"less.gain: no column is 'x'; known: sbert, sbert_correct"),
        (
            {"format": "cells", "arm": "a", "path": "t.csv"},
            r"imports.files.0.models: only format grid has it",
        ),
    ],
)
def test_what_a_grid_has_to_say_is_named_by_its_key(changes: dict, said: str) -> None:
    from wideband.config import checks_imports

    with pytest.raises(WidebandError, match=said):
        raise WidebandError("; ".join(checks_imports.problems(study(**changes))))


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ({"scaffold": "plain", "start": "a.dpo"}, r"arms.b.start: unknown stage of arm 'a' 'dpo'"),
        ({"scaffold": "plain", "policy": "b"}, r"arms.b: its chain of arms is a circle"),
        ({"scaffold": "plain", "start": "sampled.sft"}, r"arms.b: its results are imported, those of arm"),
    ],
)
def test_an_imported_lineage_begins_where_there_is_a_checkpoint(arm: dict, said: str) -> None:
    from wideband.config import checks_arms

    document = study().model_dump(exclude_defaults=True)
    document["arms"] |= {"b": arm, "sampled": {"scaffold": "plain", "prompt": "p.txt", "stages": ["sft"]}}
    with pytest.raises(WidebandError, match=said):
        raise WidebandError("; ".join(checks_arms.lineage_problems(Study.model_validate(document))))


def test_each_table_of_a_grid_lies_where_its_checkpoint_does(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(WIDE)
    models = {"z.base": "Base", "b.sft": "SFT", "a.rl": "RL"}
    entry = Import(format="grid", slice="s", path="t.csv", models=models, columns={"t.csv": "sbert"})
    # What a job is told is stored with its keys in order.
    told = json.loads(json.dumps({"entry": entry.model_dump(mode="json")}, sort_keys=True))
    job = SimpleNamespace(
        params={**told, "scaffold": "plain", "rollouts_per_step": 1, "licence": "MIT"},
        input=SimpleNamespace(source=[tmp_path / "t.csv"]),
        output=SimpleNamespace(tables=[tmp_path / "out" / path for path in entry.tables().values()]),
        note=lambda **_: None,
    )
    importlib.import_module("import_results").main(job)
    for place in models:
        arm, _, at = place.partition(".")
        table = read_table(tmp_path / f"out/metrics/imported/{arm}/{at}/s.parquet", "metrics")
        assert set(zip(table["arm"], table["checkpoint"], strict=True)) == {(arm, at)}
