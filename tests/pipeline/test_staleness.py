"""What a change makes stale, and what it does not: on the finished nano study, job by job, exactly."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from pathlib import Path

import pytest
from changes import BOTH, DATA, METRICS, TAIL, Change, after, append, flip, kept, matching, remove, replace
from workflow import Copy

from wideband.config import load_study
from wideband.provenance.parse_cache import cached_parsing
from wideband.workflow.jobs import jobs
from wideband.workflow.modification_times import prepare

STUDY = "config/studies/nano.yaml"
PACKAGE = "workflow_scripts/wideband"
ROLLOUTS = "results/nano/arms/panel/base/rollouts/math_test.parquet"
VERDICTS = "results/nano/arms/think/gsm8k_warmup/verdicts/gsm8k_test.parquet"
ADAPTER = "results/nano/arms/panel/olympiad_rlvr/adapter"
PANEL_END = after("olympiad_rlvr", ("panel",))
POOL = r"(sample|grade|band) \w+\.math_continuation\.olympiad_pool"
FROM_POOL = [POOL, "training split of .*", *after("olympiad_rlvr")]
NOT_DATA = rf"(?!{DATA}).*"
GRADED = [r"golds .*", r"grade (?!.*\.olympiad_pool).*", METRICS, TAIL]

# Name of the change: (the file changed, how), and the jobs that must run.
STALE: dict[str, tuple[tuple[str, Change], list[str]]] = {
    "one learning rate": (
        replace(STUDY, "lr: 1.0e-3, balance: subject", "lr: 2.0e-3, balance: subject"),
        after("math_continuation"),
    ),
    "two swapped values": (
        replace(
            STUDY,
            "groups: 2, group_size: 4, max_tokens: 24, lr: 1.0e-3}",
            "groups: 4, group_size: 2, max_tokens: 24, lr: 1.0e-3}",
        ),
        after("gsm8k_warmup"),
    ),
    "values swapped in a list": (
        replace(STUDY, "diversity: {", "diversity: {ngrams: [1, 3, 2], "),
        ["diversity of.*", TAIL],
    ),
    "a seed of a stage": (replace(STUDY, "seed: 20260424", "seed: 5"), after("olympiad_rlvr")),
    "the rank of LoRA": (replace(STUDY, "rank: 4", "rank: 2"), after("gsm8k_warmup")),
    "the base's width": (replace(STUDY, "expert_size: 48", "expert_size: 56"), [NOT_DATA]),
    "rollouts of a benchmark": (
        replace(STUDY, "title: MATH tier, n: 4", "title: MATH tier, n: 3"),
        [r"(sample|grade) .*\.math_test", "embed .*", METRICS, TAIL],
    ),
    "rollouts of the pool": (replace(STUDY, "n_samples: 4", "n_samples: 5"), FROM_POOL),
    "what an empty band means": (
        replace(STUDY, "if_empty: pool", "if_empty: stop"),
        ["training split of .*", *after("olympiad_rlvr")],
    ),
    "the size of the sampling batch": (
        replace(STUDY, "batch_size: 64", "batch_size: 32"),
        ["sample .*", "grade .*", "embed .*", *FROM_POOL],
    ),
    "characters that are embedded": (
        replace(STUDY, "diversity: {", "diversity: {characters: 500, "),
        ["embed .*", "diversity of.*", TAIL],
    ),
    "a radius of DBSCAN": (
        replace(STUDY, "diversity: {", "diversity: {eps: 0.3, "),
        ["diversity of.*", TAIL],
    ),
    "a price": (replace(STUDY, "core_hour: 0.04", "core_hour: 0.05"), [TAIL]),
    "resamples": (replace(STUDY, "resamples: 200", "resamples: 300"), [TAIL]),
    "a prompt": (replace("config/prompts/think_micro.txt", "User", "Person"), [NOT_DATA]),
    "a module three imports away": (append(f"{PACKAGE}/policy/micro.py"), [NOT_DATA]),
    "the reward in use": (append(f"{PACKAGE}/training/rewards/verified.py"), after("gsm8k_warmup")),
    "how groups are scored": (append(f"{PACKAGE}/training/reward_function.py"), after("gsm8k_warmup")),
    "a grader": (append(f"{PACKAGE}/grading/normalise.py"), GRADED),
    "an estimator": (append(f"{PACKAGE}/numbers/estimators/passk.py"), [TAIL]),
    "the decoding loop": (
        append(f"{PACKAGE}/sampling/decode.py"),
        ["sample .*", "grade .*", "embed .*", *after("gsm8k_warmup")],
    ),
    "a template of generated problems": (append(f"{PACKAGE}/data/generated/gsm8k.py"), [".*"]),
    "a fragment's template": (append("config/fragments/key-numbers.md", "more\n"), ["report"]),
    "a page of the report": (append(f"{PACKAGE}/report/templates/index.html.j2", "<p>more</p>"), ["report"]),
    "a docstring": (
        replace(f"{PACKAGE}/numbers/estimators/cost.py", '"""', '"""More. '),
        [TAIL],
    ),
    "a script": (append("workflow_scripts/cost.py"), ["cost of.*", TAIL]),
    "the environment lock": (append("envs/pipeline.lock", "six==1.17.0\n"), [".*"]),
    "rollouts edited, time kept": (
        flip(ROLLOUTS),
        [r"(sample|grade) panel\.base\.math_test", r"embed panel\.base", METRICS, TAIL],
    ),
    "a verdict edited": (flip(VERDICTS), [r"grade think\.gsm8k_warmup\.gsm8k_test", METRICS, TAIL]),
    "rollouts lost": (
        remove(ROLLOUTS),
        [r"(sample|grade) panel\.base\.math_test", r"embed panel\.base", METRICS, TAIL],
    ),
    "a checkpoint edited": (flip(f"{ADAPTER}/adapter_model.safetensors"), PANEL_END),
    "a file lost from a checkpoint": (remove(f"{ADAPTER}/adapter_config.json"), PANEL_END),
    "a file added to a checkpoint": (
        (ADAPTER, lambda path: (path / "more.txt").write_text("more")),
        PANEL_END,
    ),
    "a table of metrics edited": (
        flip("results/nano/metrics/passk/plain/base/gsm8k_test.parquet"),
        ["pass@k of.*", TAIL],
    ),
    "problems edited": (
        flip("results/nano/data/math_test.parquet"),
        [
            "slice math_test",
            "golds of math_test",
            "leakage.*",
            "lengths.*",
            r"(sample|grade) .*\.math_test",
            "embed .*",
            METRICS,
            TAIL,
        ],
    ),
    "a number edited": (replace("results/nano/numbers.jsonl", '"n": 8', '"n": 9'), [TAIL]),
    "the report edited": (append("results/nano/report/index.html", "<p>0.99</p>"), ["report"]),
    "a manifest lost": (
        remove("results/nano/arms/panel/math_continuation/band/olympiad_pool.parquet.manifest.json"),
        [r"band panel\..*", "training split of panel", *PANEL_END],
    ),
    "a manifest that is none": (
        (
            "results/nano/metrics/cost/plain/base/gsm8k_test.parquet.manifest.json",
            lambda path: path.write_text("{}"),
        ),
        ["cost of.*", TAIL],
    ),
}


# Of every kind of change one that Snakemake itself is asked about: it must run what the driver takes to be
# stale, and what follows from that. Of the others the driver's own word is taken.
ASKED = {
    "the base's width",
    "rollouts of the pool",
    "a grader",
    "a fragment's template",
    "the environment lock",
    "a verdict edited",
    "rollouts lost",
    "a file lost from a checkpoint",
    "problems edited",
    "a manifest lost",
}

# Jobs whose message is not rule and wildcards.
MESSAGES = {
    r"golds (.*)": r"golds of \1",
    r"heldout study": "held-out split",
    r"leakage study": "leakage between training and evaluation",
    r"base (.*)": r"base model \1",
    r"lengths study": "lengths of prompts",
    r"band_train (.*)": r"training split of \1",
    r"passk study": "pass@k of every evaluation",
    r"(diversity|cost) study": r"\1 of every evaluation",
    r"number_records study": "number records",
    r"report study": "report",
}


def message(label: str) -> str:
    """What Snakemake calls a job."""
    for pattern, said in MESSAGES.items():
        if found := re.fullmatch(pattern, label):
            return found.expand(said)
    return label


def waiting(copy: Copy) -> set[str]:
    """What the driver takes to be stale and to follow from that, found before Snakemake builds its DAG."""
    with chdir(copy.root), cached_parsing() as read:
        planned = jobs(load_study("nano"), Path(), read)
        standing = prepare(planned, Path("results/nano"))
    return {message(job.label) for job in planned if job.spec_path in standing.waiting}


@pytest.fixture(scope="module")
def every_job(nano: Copy) -> set[str]:
    return set(nano.plan("nano", "--forceall").jobs)


@pytest.fixture(autouse=True, scope="module")
def restored(nano: Copy) -> Iterator[None]:
    """With every change taken back the study is as fresh as before."""
    yield
    assert nano.plan("nano").jobs == []


@pytest.mark.parametrize("change", STALE)
def test_a_change_reruns_these_jobs_and_no_others(nano: Copy, every_job: set[str], change: str) -> None:
    (file, apply), patterns = STALE[change]
    expected = matching(patterns, every_job)
    with kept(nano.root / file):
        apply(nano.root / file)
        assert waiting(nano) == expected
        if change in ASKED:
            assert set(nano.plan("nano").jobs) == expected


def test_a_forged_past_is_seen(nano: Copy, every_job: set[str]) -> None:
    """`--touch -F` writes that everything ran with what the study says now."""
    file, apply = STALE["one learning rate"][0]
    with kept(nano.root / file):
        apply(nano.root / file)
        touched = nano.snakemake("nano", "--touch", "--forceall", "--cores", "1", WIDEBAND_PRELOAD="none")
        assert touched.returncode == 0
        assert set(nano.plan("nano").jobs) == matching(after("math_continuation"), every_job)


MODULES = ("training/grpo.py", "sampling/decode.py", "metrics/passk.py", "policy/micro.py")


def _comments(root: Path) -> None:
    for file in [root / "workflow_scripts/train.py", *(root / PACKAGE / module for module in MODULES)]:
        append("", "\n# A remark.\n")[1](file)


def _formatting(root: Path) -> None:
    other = ["--config", "line-length=60", "--config", "format.quote-style='single'"]
    files = [str(root / PACKAGE / module) for module in MODULES]
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", *other, *files], check=True)


def _order_of_keys(root: Path) -> None:
    replace("", "steps: 2, groups: 2", "groups: 2, steps: 2")[1](root / STUDY)


def _unused_keys(root: Path) -> None:
    replace("", "origin: generated", "origin: generated\n  root: ../elsewhere\n  verify: false")[1](
        root / STUDY
    )
    replace("", "batch_size: 64", "batch_size: 64, server_python: /usr/bin/python3, tensor_parallel: 2")[1](
        root / STUDY
    )


def _order_of_rules(root: Path) -> None:
    for name in ("evaluate", "data"):
        path = root / f"rules/{name}.smk"
        head, *rules = re.split(r"(?m)^(?=rule )", path.read_text())
        path.write_text(head + "\n\n".join(rule.rstrip() + "\n" for rule in reversed(rules)))


def _new_code_nobody_calls(root: Path) -> None:
    (root / PACKAGE / "metrics" / "unused.py").write_text("X = 1\n")


def _new_kinds(root: Path) -> None:
    """A reward, a task and a metric of their own files, and an edit of ones that the study does not name."""
    for room, other in (("training/rewards", "witness"), ("tasks", "choice")):
        (root / PACKAGE / room / "novel.py").write_text("X = 1\n")
        append("")[1](root / PACKAGE / room / f"{other}.py")
    metrics = root / PACKAGE / "metrics/by_item"
    (metrics / "novel.py").write_text((metrics / "top_mass.py").read_text().replace("top_mass", "novel"))
    append("")[1](metrics / "top_mass.py")


def _touched_code(root: Path) -> None:
    """What a checkout does."""
    for path in (root / "workflow_scripts").rglob("*.py"):
        path.touch()


FRESH = (
    _comments,
    _formatting,
    _order_of_keys,
    _unused_keys,
    _order_of_rules,
    _new_code_nobody_calls,
    _new_kinds,
    _touched_code,
)


def test_changes_that_mean_nothing_rerun_nothing(nano: Copy) -> None:
    with ExitStack() as stack:
        for file in (STUDY, "rules", "workflow_scripts"):
            stack.enter_context(kept(nano.root / file))
        for change in FRESH:
            change(nano.root)
        assert waiting(nano) == set()
        assert nano.plan("nano").jobs == []


def _touched(root: Path) -> None:
    for path in sorted((root / "results").rglob("*"), reverse=True):
        path.touch()


def _from_the_future(root: Path) -> None:
    """As after a clock that ran ahead was put right."""
    for path in (root / "results/nano/data").glob("*.parquet"):
        os.utime(path, (4e9, 4e9))
    os.utime(root / "results/nano/specs/base/nano.json", (4e9, 4e9))


def test_other_times_make_nothing_stale(twin: Copy) -> None:
    _touched(twin.root)
    _from_the_future(twin.root)
    assert twin.plan("nano").jobs == []


def test_a_moved_folder_without_snakemakes_own_records_is_as_fresh_as_before(
    twin: Copy, tmp_path: Path
) -> None:
    shutil.rmtree(twin.root / ".snakemake")
    moved = tmp_path / "elsewhere"
    twin.root.rename(moved)
    try:
        assert Copy.at(moved).plan("nano").jobs == []
    finally:
        moved.rename(twin.root)


def wideband(copy: Copy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The package's command line in a copy."""
    return copy.python("-m", "wideband.cli", *arguments)


def test_copied_results_are_adopted_after_their_digests_verify(nano: Copy, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    # Without times, and consumers before producers.
    shutil.copytree(nano.root / "results", tmp_path / "results", copy_function=shutil.copyfile)
    _touched(tmp_path)
    said = wideband(copy, "adopt", "--study", "nano")
    assert said.returncode == 0, said.stdout
    assert re.match(r"(\d+) of \1 jobs adopted", said.stdout)
    assert copy.plan("nano").jobs == []
    flip("")[1](tmp_path / ROLLOUTS)
    said = wideband(copy, "adopt", "--study", "nano")
    assert said.returncode == 1
    assert "arms/panel/base/rollouts/math_test.parquet: does not match its manifest" in said.stdout


def test_explain_lists_the_jobs_of_a_dry_run_and_says_why(nano: Copy) -> None:
    with ExitStack() as stack:
        for file, apply in (STALE["one learning rate"][0], STALE["an estimator"][0]):
            stack.enter_context(kept(nano.root / file))
            apply(nano.root / file)
        planned = nano.plan("nano")
        said = wideband(nano, "explain", "--study", "nano").stdout.splitlines()
    lines = {" ".join(line.split()[:2]): line for line in said if line.startswith("  ")}
    sums = [line for line in said if re.match(r"\d+ jobs: ", line)]
    assert len(lines) == len(planned.jobs)
    counts = {rule: int(count) for rule, count in re.findall(r"^(\w+): (\d+) job", "\n".join(said), re.M)}
    assert sum(counts.values()) == len(planned.jobs)
    for arm in BOTH:
        assert "stage.lr changed: 0.001 → 0.002" in lines[f"train {arm}.math_continuation"]
        assert lines[f"train {arm}.olympiad_rlvr"].endswith("follows a job above")
    module = r"code changed: wideband\.numbers\.estimators\.passk \w{8} → \w{8}"
    assert re.search(module, lines["number_records study"])
    assert sums[0].startswith(f"{len(planned.jobs)} jobs: ")


def test_explain_says_when_nothing_is_stale(nano: Copy) -> None:
    said = wideband(nano, "explain", "--study", "nano")
    assert said.stdout.startswith("Nothing is stale")


def test_the_spec_of_every_job_is_the_one_that_its_manifest_names(nano: Copy) -> None:
    root = nano.results("nano")
    manifests = [json.loads(path.read_text()) for path in root.rglob("*.manifest.json")]
    for manifest in manifests:
        assert (root / f"provenance/specs/{manifest['spec']['digest']}.json").is_file()
    assert {manifest["spec"]["path"] for manifest in manifests} == {
        str(path.relative_to(nano.root)) for path in (root / "specs").rglob("*.json")
    }
