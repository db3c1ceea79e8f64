"""Bad input through the command line: one clear message, no frames, nothing finished is lost."""

import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from workflow import TRACEBACK, Copy

from wideband.cluster.slurm import NEEDED
from wideband.config import load_study

# What a job says when it has opened a model; none of these mistakes may get so far.
LOADED = "model opened"
# One mistake that a schema finds, one that its sections have in common, and one in a folder; what is said of
# others is tested in unit/test_config_load.py.
REFUSED = {
    "unknown key": (
        {"stages__gsm8k_warmup__grops": 3},
        "broken.yaml: stages.gsm8k_warmup.grops: unknown key; did you mean 'groups'?",
    ),
    "vllm without a server": (
        {"sampling": {"engine": "vllm"}},
        "broken.yaml: sampling.engine: vllm needs server_python",
    ),
    "an adapter that is not there": (
        {"arms__think__start_from": {"repo": "./adapters/none"}},
        "broken.yaml: arms.think.start_from.repo: no folder ./adapters/none",
    ),
}


def refused(copy: Copy, *arguments: str, study: str = "broken") -> str:
    """What the command says when it fails; one message, without frames, before a model was loaded."""
    said = copy.snakemake(study, *(arguments or ("--cores", "2")))
    assert said.returncode != 0, said.stdout
    assert TRACEBACK not in said.stdout, said.stdout
    logs = copy.results(study).rglob("logs/**/*.log")
    assert LOADED not in said.stdout + "".join(path.read_text() for path in logs)
    return " ".join(said.stdout.split())


def test_a_tracker_that_is_not_installed_is_named_before_anything_runs(empty: Copy) -> None:
    missing = [name for name in ("trackio", "tensorboard", "wandb") if find_spec(name) is None]
    if not missing:
        pytest.skip("all trackers are installed")
    empty.write_study("followed", trainer__report_to=missing)
    said = refused(empty, study="followed")
    assert f"trainer.report_to: not installed: {', '.join(missing)}; run pip install" in said, said
    assert not empty.results("followed").joinpath("models").exists()


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_in_the_study_is_named_before_anything_runs(empty: Copy, mistake: str) -> None:
    changes, message = REFUSED[mistake]
    empty.write_study("broken", **changes)
    said = refused(empty)
    assert said.count(message) == 1, said
    assert not empty.results("broken").exists()


def test_an_unknown_study_suggests_the_nearest(empty: Copy) -> None:
    said = refused(empty, study="micr")
    assert "config/studies/micr.yaml: no such study file; did you mean 'micro'?" in said


def test_a_missing_folder_of_benchmark_files_is_named(empty: Copy) -> None:
    empty.write_study("broken", "real-smoke", data__root="../nowhere")
    said = refused(empty, "--cores", "1", "results/broken/data/gsm8k_train.parquet")
    assert said.count("data.root: no folder ../nowhere; put the benchmark files there") >= 1
    assert list(empty.results("broken").rglob("*.parquet")) == []


def test_too_long_a_completion_is_named_before_anything_is_trained(empty: Copy) -> None:
    context = load_study("nano", empty.root).base.context
    empty.write_study("broken", base__tokens=5_000, benchmarks__math_test__max_tokens=context - 1)
    said = refused(empty, "--cores", "2", "--until", "lengths", "train_gsm8k_warmup")
    assert f"benchmarks.math_test.max_tokens: {context - 1} and the longest prompt of arm 'panel'" in said
    assert not (empty.results("broken") / "arms").exists()


def test_slurm_without_its_commands_is_one_line(empty: Copy, tmp_path: Path) -> None:
    # Whatever is installed here but SLURM.
    for program in (each for folder in ("/bin", "/usr/bin") for each in Path(folder).iterdir()):
        if program.name not in NEEDED and not (tmp_path / program.name).is_symlink():
            (tmp_path / program.name).symlink_to(program)
    said = empty.snakemake("nano", "--profile", "slurm", PATH=str(tmp_path))
    assert said.returncode != 0 and TRACEBACK not in said.stdout
    assert "--profile slurm: no sbatch, squeue, scancel, sacctmgr on the PATH of this machine" in said.stdout


def test_a_key_that_nothing_reads_is_refused(empty: Copy) -> None:
    said = empty.python("-m", "snakemake", "-n", "--config", "stdy=nano")
    assert said.returncode != 0 and TRACEBACK not in said.stdout
    assert "--config stdy: nothing reads this key; did you mean 'study'?" in said.stdout


@pytest.fixture
def folder(twin: Copy) -> Iterator[Path]:
    """An adapter folder that a test may break, in a copy of the project with finished results."""
    adapter = twin.root / "adapters" / "own"
    shutil.copytree(twin.results("nano") / "arms/panel/gsm8k_warmup/adapter", adapter)
    yield adapter
    shutil.rmtree(adapter.parent)


def test_a_broken_adapter_to_start_from_is_named(twin: Copy, folder: Path) -> None:
    weights = folder / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    twin.write_study("broken", arms__panel__start_from={"repo": "adapters/own"})
    assert "arms.panel.start_from.repo: adapters/own/adapter_model.safetensors: " in refused(twin)
    weights.unlink()
    assert "adapters/own: adapter_model.safetensors is missing" in refused(twin)


def test_an_adapter_of_another_base_is_named(twin: Copy, folder: Path) -> None:
    twin.write_study("broken", arms__panel__start_from={"repo": "adapters/own"}, base__hidden_size=128)
    said = refused(twin)
    assert "arms.panel.start_from.repo: adapters/own: " in said
    assert "has width 64, the base's hidden size is 128" in said


def test_a_truncated_table_among_the_results_is_made_again_and_the_rest_kept(twin: Copy) -> None:
    path = twin.results("nano") / "arms/panel/base/verdicts/gsm8k_test.parquet"
    whole = path.read_bytes()
    rollouts = {each: each.stat().st_ino for each in twin.results("nano").rglob("rollouts/*.parquet")}
    path.write_bytes(whole[: len(whole) // 2])
    said = twin.snakemake("nano", "--cores", "2", str(path.relative_to(twin.root)))
    assert said.returncode == 0, said.stdout
    changed = "changed: arms/panel/base/verdicts/gsm8k_test.parquet was edited since its job wrote it (1 job)"
    assert changed in said.stdout
    assert path.read_bytes() == whole
    assert twin.plan("nano").jobs == []
    assert rollouts == {each: each.stat().st_ino for each in rollouts}


def test_a_line_that_is_no_json_is_named_by_file_and_number(empty: Copy) -> None:
    data = empty.root / "files" / "gsm8k"
    data.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"question": f"{n} + 1?", "answer": f"#### {n + 1}"}) for n in range(8)]
    (data / "train.jsonl").write_text("\n".join([*rows[:4], rows[4][:20]]))
    empty.write_study("broken", "real-smoke", data__root="files")
    said = refused(empty, "--cores", "1", "results/broken/data/gsm8k_train.parquet")
    assert "files/gsm8k/train.jsonl" in said
    assert "5" in said.split("files/gsm8k/train.jsonl", 1)[1][:12]
