"""A study of items of every kind, trained on requests for an option: run for real and audited."""

import json

import pytest
from asked import SECTIONS
from workflow import Copy

from wideband.tables import read_table


def test_every_task_gives_the_numbers_that_it_can_and_no_others(asked: Copy) -> None:
    records = [json.loads(line) for line in (asked.results("asked") / "numbers.jsonl").open()]
    ids = {record["id"].split(".")[0] for record in records if ".picks." in record["id"]}
    found = {
        name: {each["id"].split(".")[0] for each in records if f".{name}.direct.picking" in each["id"]}
        for name in SECTIONS["benchmarks"]
    }
    right = {"pass@1", "hit_rate", "tokens_per_correct", "undecided"}
    assert right <= found["gsm8k_test"] & found["questions"] & found["capitals"]
    assert "never_said" in found["picks"] & found["questions"] and "never_said" not in found["capitals"]
    assert not right & (found["picks"] | found["tales"] | ids)
    assert all({"vendi", "tokens_per_rollout"} <= names for names in found.values())
    assert {"sampled_valid", "total_variation"} <= found["picks"]
    texts = {"first_tokens", "unique_answers", "top_answer_share"}
    assert texts <= found["tales"] and not texts & (found["picks"] | found["gsm8k_test"])
    plain = {each["id"].split(".")[0] for each in records if ".tales.plain." in each["id"]}
    assert texts & plain == {"unique_answers", "top_answer_share"}
    trained = {record["id"].split(".")[0] for record in records if ".direct.picking.first" in record["id"]}
    assert trained == {"train_reward", "train_valid", "train_entropy"}
    correct = {each["id"] for each in records if each["id"].endswith(".correct")}
    assert correct and not any(".picks." in identity or ".tales." in identity for identity in correct)


@pytest.mark.parametrize(
    ("name", "judged"), [("picks", 0), ("tales", 0), ("questions", 6), ("gsm8k_test", 6), ("capitals", 6)]
)
def test_nothing_is_right_or_wrong_where_there_is_no_right_answer(
    asked: Copy, name: str, judged: int
) -> None:
    for arm, checkpoint in (("direct", "picking"), ("plain", "base")):
        path = asked.results("asked") / f"arms/{arm}/{checkpoint}/verdicts/{name}.parquet"
        verdicts = read_table(path, "verdicts")
        assert verdicts["correct"].notna().sum() == verdicts["reward"].notna().sum() == judged
        assert verdicts["valid"].notna().all()


def test_the_gallery_says_valid_where_nothing_is_right(asked: Copy) -> None:
    page = (asked.results("asked") / "report/gallery.html").read_text()
    cases = {text.partition('"')[0]: text for text in page.split('data-benchmark="')[1:]}
    assert "valid answer by" in cases["picks"] and "Gold answer" not in cases["picks"]
    assert "solved by" in cases["questions"] and "Gold answer" in cases["questions"]


def test_the_audit_verifies_it(asked: Copy) -> None:
    said = asked.python("-m", "wideband.cli", "audit", "--study", "asked")
    assert said.returncode == 0, said.stdout[-3000:]
