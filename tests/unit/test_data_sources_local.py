"""Sources out of local files: canonical rows, and errors that name file, line, uid and remedy."""

from pathlib import Path

import pytest
from data_folders import MATH500, POOL, benchmark_files, jsonl, local

from wideband.data import sources
from wideband.data.errors import DataError
from wideband.tables import read_table, write_table


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return benchmark_files(tmp_path / "data")


def test_every_source_loads_and_keeps_the_contract_of_the_problems_table(root: Path, tmp_path: Path) -> None:
    for source in (name for name in sources.SOURCES if sources.from_files(name, "local")):
        for split in sources.source_splits(source, "local"):
            frame = sources.load(source, split, local(root))
            write_table(frame, tmp_path / "problems.parquet", "problems")
            assert (
                read_table(tmp_path / "problems.parquet", "problems")["uid"].tolist() == frame["uid"].tolist()
            )
            assert (frame["split"] == split).all()


def test_mmlu_is_asked_with_letters_and_without_options_that_come_twice(root: Path) -> None:
    frame = sources.load("mmlu", "test", local(root)).set_index("uid")
    first, second = (frame.loc[f"mmlu_anatomy_{number}"] for number in (0, 1))
    assert first["problem"].splitlines()[:3] == ["What, of anatomy?", "More.", "A) one"]
    assert (first["gold"], first["options"][1], first["task"]) == ("B", "two, or so", "multiple_choice")
    assert (second["problem"].splitlines()[0], second["gold"]) == ("And?", "D")


def test_prompts_without_a_gold_are_read(root: Path) -> None:
    row = sources.load("noveltybench", "test", local(root)).iloc[0]
    assert (row["uid"], row["task"], row["gold"]) == ("noveltybench_curated-0", "novelty", None)


def test_prompts_with_answers_that_people_wrote(root: Path) -> None:
    asked = sources.load("self_instruct", "train", local(root))
    assert asked["problem"].tolist() == ["Shorten.\n\nIt is so.", "Name a river."]
    assert asked["solutions"].tolist() == [["So."], ["The Po."]]
    row = sources.load("scitldr", "test", local(root)).iloc[0]
    assert row["problem"] == "ABSTRACT: We count. It works.\nTL;DR:"
    assert (row["solutions"], row["gold"], row["task"]) == (["Counting works.", "They count."], None, "open")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question,choice0\nWhat?\n", r"anatomy_test.csv:2: not as many fields as the first line"),
        ('question,choice0\n"What?', r"anatomy_test.csv:1: not CSV"),
        ("question,choice0\nWhat?,a\n", r"anatomy_test.csv:2: field 'choice1' is missing"),
    ],
)
def test_a_damaged_table_is_named_with_its_line(root: Path, text: str, message: str) -> None:
    (root / "tasks/mmlu/test/anatomy_test.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        sources.load("mmlu", "test", local(root))


def test_gsm8k(root: Path) -> None:
    frame = sources.load("gsm8k", "train", local(root))
    assert frame["uid"].tolist() == ["gsm8k_train_0", "gsm8k_train_1", "gsm8k_train_2"]
    assert frame["gold"].tolist() == ["8", "1080", "4"]
    assert set(frame["answer_type"]) == {"int"}


def test_math_takes_level_subject_and_boxed_gold(root: Path) -> None:
    row = sources.load("math", "test", local(root)).iloc[1]
    assert (row["uid"], row["gold"], row["level"], row["subject"]) == ("math_test_1", "5", 5, "Algebra")


def test_math_has_problems_without_a_level_and_knows_the_two_empty_boxes(tmp_path: Path) -> None:
    start = "You are given a sequence of $58$ terms; each term has the form $P+n$ where $P$ stands for it"
    row = {"problem": start, "level": "Level ?", "type": "Number Theory", "solution": r"so \boxed{}."}
    jsonl(tmp_path / "math/train.jsonl", [row])
    made = sources.load("math", "train", local(tmp_path)).iloc[0]
    assert made["gold"] == "0"
    assert made.isna()["level"]


def test_contest_problems_have_the_uid_they_have_in_the_pool(root: Path) -> None:
    pool = sources.load("olympiad", "pool", local(root)).set_index("uid")
    assert pool["source"].tolist() == [row["source"] for row in POOL]
    for source in ("aime", "hmmt", "amc", "olympiadbench"):
        problems = sources.load(source, "test", local(root)).set_index("uid")
        both = problems.index.intersection(pool.index)
        assert len(both) == (2 if source == "aime" else 1)
        assert (problems.loc[both, "gold"] == pool.loc[both, "gold"]).all()


def test_contest_golds_are_text_a_grader_can_read(root: Path) -> None:
    data = local(root)
    assert sources.load("aime", "test", data)["gold"].tolist() == ["25", "113", "70"]
    assert sources.load("amc", "test", data)[["gold", "year"]].values.tolist() == [
        ["142", 2022],
        ["-4", 2023],
    ]
    assert sources.load("hmmt", "test", data)["gold"].tolist() == ["29", r"\frac{1}{576}"]
    bench = sources.load("olympiadbench", "test", data)
    assert bench["uid"].str.rsplit("_", n=1).str[-1].tolist() == ["0", "1965", "1"]
    assert bench["gold"].tolist() == ["2n-2", "a with conditions", "69,84"]


def test_a_line_separator_inside_a_text_does_not_end_the_row(tmp_path: Path) -> None:
    path = tmp_path / "gsm8k/train.jsonl"
    path.parent.mkdir()
    path.write_text('{"question": "one\u2028line?", "answer": "#### 1"}\n', encoding="utf-8")
    assert len(sources.load("gsm8k", "train", local(tmp_path))) == 1


@pytest.mark.parametrize(
    ("source", "split", "name"),
    [
        ("gsm8k", "train", "gsm8k/train.jsonl"),
        ("amc", "test", "amc/amc22-23.json"),
        ("truthfulqa", "test", "tasks/truthfulqa/TruthfulQA.csv"),
    ],
)
def test_a_mark_of_the_byte_order_is_no_part_of_the_text(
    root: Path, source: str, split: str, name: str
) -> None:
    plain = sources.load(source, split, local(root))
    (root / name).write_bytes(b"\xef\xbb\xbf" + (root / name).read_bytes().replace(b"\n", b"\r\n"))
    assert sources.load(source, split, local(root)).equals(plain)


def test_a_cut_off_line_is_named(root: Path) -> None:
    path = root / "gsm8k/train.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    with pytest.raises(DataError, match=r"gsm8k/train\.jsonl:3: not valid JSON .*restore the file \(GSM8K"):
        sources.load("gsm8k", "train", local(root))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["a list"]', r"train\.jsonl:4: expected a JSON object"),
        ("[" * 100_000, r"train\.jsonl:4: JSON that cannot be read \(.*recursion"),
        ('{"question": ' + "1" * 5_000 + "}", r"train\.jsonl:4: JSON that cannot be read \(.*4300 digits"),
        ('{"question": "half \\ud83d"}', r"train\.jsonl:4: holds \\ud83d, half of a character"),
        ('{"question": "no answer"}', r"train\.jsonl:4: field 'answer' is missing"),
        ('{"question": "Q", "answer": 5}', r"train\.jsonl:4: cannot be read as a problem"),
        (
            '{"question": "Q", "answer": "no marker"}',
            r"train\.jsonl:4: uid 'gsm8k_train_3' has no gold answer",
        ),
        ('{"question": "Q", "answer": "#### "}', r"train\.jsonl:4: uid 'gsm8k_train_3' has no gold answer"),
        (
            '{"question": " ", "answer": "#### 1"}',
            r"train\.jsonl:4: uid 'gsm8k_train_3' has an empty problem",
        ),
    ],
)
def test_a_bad_row_is_named_by_file_line_and_uid(root: Path, line: str, message: str) -> None:
    with (root / "gsm8k/train.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(DataError, match=message):
        sources.load("gsm8k", "train", local(root))


def test_a_repeated_uid_names_both_places(root: Path) -> None:
    jsonl(root / "math/math500.jsonl", [*MATH500, MATH500[0]])
    with pytest.raises(
        DataError, match=r"math500\.jsonl:3: uid 'test/algebra/1\.json' again, first at .*jsonl:1"
    ):
        sources.load("math500", "test", local(root))


def test_a_level_of_another_form_is_named(root: Path) -> None:
    path = root / "math/train.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Level 5", "level five"), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"math/train\.jsonl:2: .*level 'level five' is not of the form 'Level 3'"
    ):
        sources.load("math", "train", local(root))


def test_a_missing_file_says_what_belongs_there(root: Path) -> None:
    (root / "amc/amc22-23.json").unlink()
    with pytest.raises(DataError, match=r"amc22-23\.json: no such file; put AMC 2022-23 \(a JSON array"):
        sources.load("amc", "test", local(root))


def test_a_missing_file_names_the_hub_only_where_it_has_the_problems(root: Path) -> None:
    said = {}
    for source, split, path in (
        ("gsm8k", "test", "gsm8k/test.jsonl"),
        ("mmlu", "test", "tasks/mmlu/test/virology_test.csv"),
    ):
        (root / path).unlink()
        with pytest.raises(DataError) as raised:
            sources.load(source, split, local(root))
        said[source] = str(raised.value)
    assert said["gsm8k"].endswith("there, or set data.origin to hub")
    assert said["mmlu"] == (
        f"{root}/tasks/mmlu/test/virology_test.csv: no such file; put MMLU's virology questions "
        "(CSV with question, choice0 to choice3, answer 0 to 3) there"
    )


def test_a_json_file_that_is_no_array_is_named(root: Path) -> None:
    (root / "amc/amc22-23.json").write_text('{"problem": 1}', encoding="utf-8")
    with pytest.raises(DataError, match=r"amc22-23\.json: expected a JSON array"):
        sources.load("amc", "test", local(root))


def test_bytes_that_are_no_text_are_named(root: Path) -> None:
    (root / "gsm8k/test.jsonl").write_bytes(b'{"question": "\xff"}')
    with pytest.raises(DataError, match=r"gsm8k/test\.jsonl: not UTF-8 at byte 14"):
        sources.load("gsm8k", "test", local(root))


def test_a_missing_root_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no folder .*nowhere; put the benchmark files there \(gsm8k/"):
        sources.load("gsm8k", "test", local(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"data\.root is not set"):
        sources.load("gsm8k", "test", local(tmp_path).model_copy(update={"root": None}))


def test_unknown_sources_and_splits_list_the_known_ones(root: Path) -> None:
    with pytest.raises(DataError, match="unknown source 'gsm9k'; known: gsm8k, math"):
        sources.load("gsm9k", "test", local(root))
    with pytest.raises(DataError, match="source 'amc' has no split 'train' at origin local; it has: test"):
        sources.load("amc", "train", local(root))
