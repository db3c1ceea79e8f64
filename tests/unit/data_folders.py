"""Small copies of the benchmark files and of the hub's repositories, for the tests of sources."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from wideband.config.data import Data, Slice
from wideband.data.sources import math, mmlu

Rows = list[dict[str, Any]]

GSM8K = [{"question": f"What is {a}+1?", "answer": f"{a}+1\n#### {a + 1:,}"} for a in (7, 1079, 3)]
MATH = [
    {
        "problem": f"Find ${subject}_{{{n}}}$.",
        "level": f"Level {n}",
        "type": subject.title(),
        "solution": f"It is $\\boxed{{{n}}}$.",
    }
    for subject in math.SUBJECTS
    for n in (1, 5)
]
MATH500 = [
    {
        "problem": "Find $m_1$.",
        "answer": "1",
        "subject": "Algebra",
        "level": 1,
        "unique_id": "test/algebra/1.json",
    },
    {
        "problem": "Find $m_2$.",
        "answer": "2",
        "subject": "Geometry",
        "level": 5,
        "unique_id": "test/geometry/2.json",
    },
]
AMC = [
    {
        "problem": "AMC?",
        "answer": 142.0,
        "url": "https://example.org/index.php/2022_AMC_12A_Problems/Problem_1",
    },
    {
        "problem": "And?",
        "answer": -4.0,
        "url": "https://example.org/index.php/2023_AMC_12B_Problems/Problem_2",
    },
]
AIME_2024 = [
    {
        "id": 60,
        "problem": "AIME one?",
        "answer": "025",
        "url": "https://example.org/2024_AIME_I_Problems/Problem_1",
    },
    {
        "id": 61,
        "problem": "AIME two?",
        "answer": "113",
        "url": "https://example.org/2024_AIME_I_Problems/Problem_2",
    },
]
AIME_2025 = [{"id": 0, "question": "AIME three?", "answer": "70"}]
HMMT_2025 = [{"id": 1, "question": "HMMT?", "answer": r"\frac{1}{576}"}]
OLYMPIADBENCH = [
    {"id": 1606, "question": "How many?", "final_answer": ["$2n-2$"], "subfield": "Algebra"},
    {"id": 1965, "question": "Which?", "final_answer": ["$a$ with conditions"], "subfield": "Algebra"},
    {"id": 1970, "question": "Both?", "final_answer": ["$69$,$84$"], "subfield": "Geometry"},
]
POOL = [
    {"uid": "hmmt_feb_2024__0", "source": "hmmt", "year": 2024, "problem": "H24?", "gold": "29"},
    {"uid": "aime_2024__0", "source": "aime", "year": 2024, "problem": "AIME one?", "gold": "025"},
    {"uid": "aime_2025__0", "source": "aime", "year": 2025, "problem": "The third AIME?", "gold": "70"},
    {"uid": "amc__0", "source": "amc", "year": None, "problem": "AMC?", "gold": "142.0"},
    {
        "uid": "olympiadbench_OE_TO_maths_en_COMP__1",
        "source": "olympiadbench",
        "year": None,
        "problem": "Both?",
        "gold": "69$,$84",
    },
]


NOVELTY = [{"id": "curated-0", "category": "Creativity", "prompt": "A tale.", "prompt_paraphrases": []}]
MMLU_HEAD = "question,choice0,choice1,choice2,choice3,answer"
MMLU = """"What, of {subject}?
More.",one,"two, or so",three,four,1
Which?,a,a,b,c,2
And?,a,b,c,d,3
"""

IFEVAL = [
    {
        "key": 7,
        "prompt": "Write. Fewer than three words, no commas.",
        "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
        "kwargs": [{}, {"num_words": 3, "relation": "less than", "num_sentences": None}],
    },
    {
        "key": 8,
        "prompt": "Write in Hindi.",
        "instruction_id_list": ["language:response_language"],
        "kwargs": [{"language": "hi"}],
    },
]
HUMANEVAL = [
    {
        "task_id": "HumanEval/0",
        "prompt": 'from typing import List\n\n\ndef total(numbers: List) -> int:\n    """Their sum."""\n',
        "entry_point": "total",
        "canonical_solution": "    x = 0\n    for each in numbers:\n        x += each\n    return x",
        "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n",
    }
]
MBPP = [
    {
        "text": "Write a function to find the size of a node.",
        "code": "class Node:\r\n def __init__(self, n):\r\n  self.n = n\r\ndef size(n):\r\n return n.n, n.m",
        "task_id": number,
        "test_setup_code": "root = Node(1)\r\nroot.m = 2",
        "test_list": ["assert size(root) == (1, 2)"],
        "challenge_test_list": [],
    }
    for number in (10, 11, 600, 601)
]
SELF_INSTRUCT = [
    {"instruction": "Shorten.", "instances": [{"input": "It is so.\n", "output": "So.\n"}]},
    {"instruction": "Name a river.", "instances": [{"input": "", "output": "The Po."}]},
]
SCITLDR = [{"source": ["We count.", "It works.\n\n"], "target": ["Counting works. ", "They count."]}]
CRUXEVAL = [{"code": "def f(a):\n    return [a, {a}]", "input": "1", "output": "[1, {1}]", "id": "sample_7"}]


def jsonl(path: Path, rows: Rows) -> Path:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def benchmark_files(root: Path) -> Path:
    """A folder laid out as data.root, with a few problems in each file."""
    for split in ("train", "test"):
        named = [{**row, "question": f"{split}: {row['question']}"} for row in GSM8K]
        jsonl(root / f"gsm8k/{split}.jsonl", named)
        numbered = [
            {**row, "problem": f"{split}: {row['problem']}", "idx": index} for index, row in enumerate(MATH)
        ]
        jsonl(root / f"math/{split}.jsonl", numbered)
    jsonl(root / "math/math500.jsonl", MATH500)
    jsonl(root / "aime/2024.jsonl", AIME_2024)
    jsonl(root / "aime/2025.jsonl", AIME_2025)
    jsonl(root / "hmmt/feb_2025.jsonl", HMMT_2025)
    jsonl(root / "olympiadbench/test.jsonl", OLYMPIADBENCH)
    jsonl(root / "pool/olympiad_877.jsonl", POOL)
    jsonl(root / "noveltybench/curated.jsonl", NOVELTY)
    jsonl(root / "tasks/ifeval/input_data.jsonl", IFEVAL)
    jsonl(root / "tasks/humaneval/HumanEval.jsonl", HUMANEVAL)
    jsonl(root / "tasks/mbpp/mbpp.jsonl", MBPP)
    jsonl(root / "tasks/cruxeval/cruxeval.jsonl", CRUXEVAL)
    for subject in mmlu.SUBJECTS:
        path = root / f"tasks/mmlu/test/{subject}_test.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{MMLU_HEAD}\n" + MMLU.format(subject=subject), encoding="utf-8")
    (root / "amc").mkdir()
    (root / "amc/amc22-23.json").write_text(json.dumps(AMC), encoding="utf-8")
    for name in ("seed_tasks", "user_oriented_instructions"):
        jsonl(root / f"tasks/self_instruct/{name}.jsonl", SELF_INSTRUCT)
    jsonl(root / "tasks/scitldr/test.jsonl", SCITLDR)
    (root / "tasks/truthfulqa").mkdir(parents=True)
    (root / "tasks/truthfulqa/TruthfulQA.csv").write_text("Category,Question\nMyths,Is it so?\n")
    return root


def hub_repository(mirror: Path, repo: str, splits: dict[tuple[str, str], Rows]) -> None:
    """A dataset repository as the hub lays one out: Parquet by (configuration, split), named in the card."""
    folder, card = mirror / repo, ["---", "configs:"]
    for config in dict.fromkeys(config for config, _ in splits):
        card += [f"- config_name: {config}", "  data_files:"]
        for (owner, split), rows in splits.items():
            if owner == config:
                (folder / config).mkdir(parents=True, exist_ok=True)
                pd.DataFrame(rows).to_parquet(folder / config / f"{split}-00000-of-00001.parquet")
                card += [f"  - split: {split}", f"    path: {config}/{split}-*"]
    (folder / "README.md").write_text("\n".join([*card, "---", ""]), encoding="utf-8")


def local(root: Path, slices: dict[str, Slice] | None = None, **settings: Any) -> Data:
    """The data section of a study that reads files under `root`, whose content nobody registered."""
    return Data(origin="local", root=str(root), slices=slices or {}, verify=False, **settings)
