"""Sources out of hub datasets, read by the real `datasets` loader from local repositories of one layout."""

from pathlib import Path
from typing import Any

import data_folders as folders
import datasets
import pytest

from wideband.config.data import Data
from wideband.data import registry, sources
from wideband.data.errors import DataError
from wideband.data.sources import math, olympiad

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def hub(**settings: Any) -> Data:
    return Data(origin="hub", slices={}, verify=False, **settings)


def test_gsm8k_has_one_digest_from_the_hub_and_from_files(tmp_path: Path) -> None:
    root = folders.benchmark_files(tmp_path / "data")
    rows = [{**row, "question": f"test: {row['question']}"} for row in reversed(folders.GSM8K)]
    folders.hub_repository(tmp_path / "hub", "openai/gsm8k", {("main", "test"): rows})
    remote = sources.load("gsm8k", "test", hub(mirror=str(tmp_path / "hub")))
    here = sources.load("gsm8k", "test", folders.local(root))
    assert remote["problem"].tolist() == here["problem"].tolist()[::-1]
    assert registry.digest(remote) == registry.digest(here)


def test_math_joins_its_seven_configurations_into_the_rows_of_the_file(tmp_path: Path) -> None:
    root = folders.benchmark_files(tmp_path / "data")
    rows = [{**row, "problem": f"train: {row['problem']}"} for row in folders.MATH]
    splits = {
        (subject, "train"): [row for row in rows if row["type"] == subject.title()]
        for subject in math.SUBJECTS
    }
    folders.hub_repository(tmp_path / "hub", math.REPO, splits)
    remote = sources.load("math", "train", hub(mirror=str(tmp_path / "hub")))
    here = sources.load("math", "train", folders.local(root))
    assert remote.equals(here)


def test_math500_and_amc_are_read_without_a_configuration(tmp_path: Path) -> None:
    root = folders.benchmark_files(tmp_path / "data")
    mirror = tmp_path / "hub"
    folders.jsonl(mirror / "HuggingFaceH4/MATH-500/test.jsonl", folders.MATH500)
    folders.hub_repository(mirror, "AI-MO/aimo-validation-amc", {("default", "train"): folders.AMC})
    for source in ("math500", "amc"):
        remote = sources.load(source, "test", hub(mirror=str(mirror)))
        assert remote.equals(sources.load(source, "test", folders.local(root)))


PROMPTED = {
    "tldr": (
        ("UCL-DARK/openai-tldr-filtered", "default", "test"),
        [{"subreddit": "r/a", "title": "T", "post": "It rained.", "summary": "Rain."}],
        ["SUBREDDIT: r/a\nTITLE: T\nPOST: It rained.\nTL;DR:"],
    ),
    "cnn_dailymail": (
        ("abisee/cnn_dailymail", "3.0.0", "test"),
        [{"article": "It rained.", "highlights": "Rain.", "id": "1"}],
        ["ARTICLE: It rained.\nTL;DR:"],
    ),
    "xsum": (
        ("EdinburghNLP/xsum", "default", "test"),
        [{"document": "It rained.", "summary": "Rain.", "id": "1"}],
        ["ARTICLE: It rained.\nTL;DR:"],
    ),
    "alpaca": (
        ("tatsu-lab/alpaca", "default", "train"),
        [
            {"instruction": "Sort these.", "input": "b, a", "output": "a, b"},
            {"instruction": "Say hello.", "input": "", "output": "Hello."},
        ],
        ["Sort these.\n\nb, a", "Say hello."],
    ),
    "writingprompts": (
        ("euclaise/writingprompts", "default", "test"),
        [{"prompt": "[WP] It rained.", "story": "Once."}],
        ["[WP] It rained."],
    ),
    "prism": (
        ("HannahRoseKirk/prism-alignment", "conversations", "train"),
        [
            {"opening_prompt": text, "included_in_balanced_subset": kept, "conversation_type": "unguided"}
            for text, kept in (
                ("Is tax fair?", True),
                ("Hello!", True),
                ("Is it?", False),
                ("税は公平ですか", True),
                ("Café?", True),
            )
        ],
        # A fifth of the last one is outside of ASCII.
        ["Is tax fair?", "Café?"],
    ),
    "wildbench": (
        ("allenai/WildBench", "v2", "test"),
        [
            {
                "conversation_input": [
                    {"role": "user", "content": "Mend it."},
                    {"role": "assistant", "content": "Ok"},
                ],
                "primary_tag": "Coding",
            }
        ],
        ["Mend it."],
    ),
}


@pytest.mark.parametrize("name", PROMPTED)
def test_prompts_of_others_are_read_from_the_hub_at_every_origin(name: str, tmp_path: Path) -> None:
    (repo, config, split), rows, expected = PROMPTED[name]
    mirror = tmp_path / "hub"
    folders.hub_repository(mirror, repo, {(config, split): rows})
    for data in (
        hub(mirror=str(mirror), revisions={repo: COMMIT}),
        Data(origin="local", root=str(tmp_path), mirror=str(mirror), revisions={repo: COMMIT}),
    ):
        read = sources.load(name, "test", data)
        assert read["problem"].tolist() == expected and read["gold"].isna().all()
        # Nothing is registered of what its commit pins.
        assert registry.verify(name, "test", read)
    with pytest.raises(DataError, match=rf"{repo}: no pinned revision known; .*data\.revisions"):
        sources.load(name, "test", hub())


def test_aime_takes_2024_out_of_three_years(tmp_path: Path) -> None:
    root, mirror = folders.benchmark_files(tmp_path / "data"), tmp_path / "hub"
    other = {
        "id": 0,
        "problem": "2022?",
        "answer": "1",
        "url": "https://example.org/2022_AIME_I_Problems/Problem_1",
    }
    folders.hub_repository(
        mirror, "AI-MO/aimo-validation-aime", {("default", "train"): [other, *folders.AIME_2024]}
    )
    new = [{"problem": row["question"], "answer": row["answer"], "id": "0"} for row in folders.AIME_2025]
    folders.hub_repository(mirror, "math-ai/aime25", {("default", "test"): new})
    remote = sources.load("aime", "test", hub(mirror=str(mirror)))
    assert remote.equals(sources.load("aime", "test", folders.local(root)))


def test_the_pool_is_put_together_from_the_datasets_of_the_release(tmp_path: Path) -> None:
    root, mirror = folders.benchmark_files(tmp_path / "data"), tmp_path / "hub"
    bench = [row for row in folders.OLYMPIADBENCH if row["id"] != 1965]
    published = {
        "MathArena/hmmt_feb_2024": (
            "default",
            "train",
            [{"problem_idx": 1, "problem": "H24?", "answer": "29"}],
        ),
        "MathArena/hmmt_feb_2025": (
            "default",
            "train",
            [{"problem_idx": 1, "problem": "H25?", "answer": "1"}],
        ),
        olympiad.AIME_2024[0]: ("default", "train", [{"id": 60, "problem": "AIME one?", "answer": "025"}]),
        olympiad.AIME_2025[0]: (
            "default",
            "train",
            [{"id": "0", "problem": "The third AIME?", "answer": "70"}],
        ),
        "AI-MO/aimo-validation-amc": ("default", "train", folders.AMC[:1]),
        "Hothan/OlympiadBench": ("OE_TO_maths_en_COMP", "train", bench),
    }
    for repo, (config, split, rows) in published.items():
        folders.hub_repository(mirror, repo, {(config, split): rows})
    data = hub(mirror=str(mirror), revisions={"MathArena/hmmt_feb_2024": COMMIT})
    remote = sources.load("olympiad", "pool", data).set_index("uid")
    here = sources.load("olympiad", "pool", folders.local(root)).set_index("uid")
    assert remote.index.difference(here.index).tolist() == [
        "hmmt_feb_2025__0",
        "olympiadbench_OE_TO_maths_en_COMP__0",
    ]
    shared = here.index
    assert remote.loc[shared, list(registry.CONTENT)].equals(here[list(registry.CONTENT)])


def test_a_dataset_without_a_known_commit_is_refused_with_the_remedies() -> None:
    with pytest.raises(DataError, match=r"MathArena/hmmt_feb_2024: no pinned revision known; .*data\.root"):
        sources.load("hmmt", "test", hub())


@pytest.mark.parametrize("revision", ["main", "v1.0", COMMIT[:7]])
def test_only_full_commits_pin(revision: str) -> None:
    with pytest.raises(DataError, match="is not a 40-digit commit"):
        sources.load("gsm8k", "test", hub(revisions={"openai/gsm8k": revision}))


def test_every_known_revision_is_a_full_commit() -> None:
    parts = [part for source in sources.SOURCES.values() for split in source.hubs.values() for part in split]
    unknown = {part.repo for part in parts if part.revision is None}
    assert unknown == {"MathArena/hmmt_feb_2024", *(repo for (repo, *_), *_ in PROMPTED.values())}
    assert all(len(part.revision) == 40 and int(part.revision, 16) for part in parts if part.revision)


def test_the_hub_is_asked_for_the_pinned_commit_and_its_failure_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []

    def unreachable(**where: Any) -> None:
        asked.append(where)
        raise ConnectionError("no route to host")

    monkeypatch.setattr(datasets, "load_dataset", unreachable)
    with pytest.raises(
        DataError, match=r"openai/gsm8k@740312ad.* main/test: cannot be loaded .*no route.*mirror"
    ):
        sources.load("gsm8k", "test", hub())
    pinned = "740312add88f781978c0658806c59bc2815b9866"
    told = {"path": "openai/gsm8k", "revision": pinned, "name": "main", "split": "test"}
    assert asked == [told | {"trust_remote_code": False}]


def test_a_mirror_without_the_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"openai/gsm8k: no such folder; data\.mirror holds a copy"):
        sources.load("gsm8k", "test", hub(mirror=str(tmp_path)))


def test_a_damaged_row_of_a_dataset_is_named_by_commit_and_row(tmp_path: Path) -> None:
    rows = [*folders.GSM8K, {"question": "Q", "answer": "none"}]
    folders.hub_repository(tmp_path, "openai/gsm8k", {("main", "test"): rows})
    with pytest.raises(
        DataError, match=r"openai/gsm8k@740312\w+ main/test row 3: uid 'gsm8k_test_3' has no gold"
    ):
        sources.load("gsm8k", "test", hub(mirror=str(tmp_path)))
