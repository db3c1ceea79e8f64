"""`wideband measure` to its end: adapters in a folder and on a hub, and an endpoint, against their base."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))

import hub_stub
import openai_stub
from workflow import Copy

from wideband.numbers import read_records
from wideband.tables import read_table

COMMIT = "0123456789" * 4
ADAPTER = "arms/panel/olympiad_rlvr/adapter"


@pytest.fixture(scope="module")
def measured(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, str]:
    """The project after the command, and what it said. nano's base lies in a folder and on the hub."""
    folder = tmp_path_factory.mktemp("measured")
    copy, hub = Copy(folder / "project"), folder / "hub/models/me"
    for place in (copy.root / "mine", hub / "base" / COMMIT):
        shutil.copytree(nano.results("nano") / "models/nano", place)
    for place, base in ((copy.root / "tuned", "../mine"), (hub / "tuned" / COMMIT, "me/base")):
        shutil.copytree(nano.results("nano") / ADAPTER, place)
        config = json.loads((place / "adapter_config.json").read_text())
        config |= {"base_model_name_or_path": base, "revision": COMMIT}
        (place / "adapter_config.json").write_text(json.dumps(config))
    with hub_stub.running(folder / "hub") as there, openai_stub.serving() as server:
        models = ["tuned", f"me/tuned@{COMMIT}", f"{server.url}#there", "--against", "mine"]
        said = copy.python(
            *("-m", "wideband.cli", "measure", *models, "--with", "answers", "--cores", "2"),
            HF_ENDPOINT=there.url,
            HF_HOME=str(folder / "cache"),
            HF_HUB_OFFLINE="0",
        )
    assert said.returncode == 0, said.stdout[-6000:]
    return copy, said.stdout


def test_it_says_what_it_costs_and_where_study_and_report_are(measured: tuple[Copy, str]) -> None:
    copy, said = measured
    before, ran, _ = said.partition(" jobs to run")
    assert ran, said
    assert "Study: config/studies/measure-tuned.yaml" in before
    # Four models, six spaces, 32 samples of 8 tokens each.
    assert "at most 6,144 sampled tokens in 4 tables of samples, 3 tables of exact laws" in before
    assert "of these at most 1,536 tokens from endpoints, which may cost money" in before
    assert (copy.root / re.search(r"Report: (\S+)\n\Z", said)[1]).is_file()
    assert (copy.root / "config/studies/measure-tuned.yaml").is_file()


def test_adapters_are_measured_on_their_base_wherever_they_lie(measured: tuple[Copy, str]) -> None:
    root = measured[0].results("measure-tuned")
    laws = {
        arm: read_table(root / f"arms/{arm}/base/loglikelihoods/answers.parquet", "loglikelihoods")
        for arm in ("tuned", "tuned_2", "mine")
    }
    logprobs = {arm: table["logprob"].tolist() for arm, table in laws.items()}
    assert logprobs["tuned"] == logprobs["tuned_2"] != logprobs["mine"]
    models = {each.name for each in (root / "models").iterdir() if each.is_dir()}
    assert models == {"mine", "tuned_2", "there"}


def test_every_model_is_compared_with_the_one_named_and_the_first_page_says_it(
    measured: tuple[Copy, str],
) -> None:
    root = measured[0].results("measure-tuned")
    names = {record.id for record in read_records(root / "numbers.jsonl")}
    for arm in ("tuned", "tuned_2", "there"):
        assert f"cosine_distance.relative.answers.{arm}-mine.base" in names
    page = re.sub(r"<[^>]+>", "", (root / "report/index.html").read_text())
    words = page.partition("In words")[2].partition("Means over the items")[0]
    for arm in ("tuned", "tuned 2", "mine"):
        assert re.search(rf"picks from lists, {arm}\s*\.\s+Its favourite answer takes \d+%", words), words
    assert re.search(r"picks from lists, there\s*\.\s+Of its samples", words), words
