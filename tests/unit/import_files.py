"""Files of results for the tests of importers."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wideband.config.import_file import Import

RIGHT, WRONG = "Six times seven. <answer>42</answer>", "A guess. <answer>41</answer>"

# What lm-evaluation-harness does not record.
LACKS = ["completion_tokens", "prompt_tokens", "finish_reason"]


def jsonl(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    """A file of JSON lines; a text is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def entry(kind: str, path: Path, **more: Any) -> Import:
    """An import of `path` about arm `a` on slice `quiz`."""
    more = {"lacks": LACKS, **more} if kind == "lm_eval" else more
    return Import(**{"format": kind, "path": path.name, "arm": "a", "slice": "quiz", **more})


def counts(n: int = 4) -> list[dict[str, Any]]:
    """Three problems: never, sometimes and always solved."""
    solved = {"q0": 0, "q1": 1, "q4": n}
    return [{"uid": uid, "n_samples": n, "n_correct": c, "source": "amc"} for uid, c in solved.items()]


def lm_eval(**more: Any) -> dict[str, Any]:
    """A sample as lm-evaluation-harness logs it."""
    sample = {
        "doc_id": 0,
        "doc": {"question": "6 x 7?"},
        "target": "42",
        "arguments": {"gen_args_0": {"arg_0": "Question: 6 x 7?", "arg_1": {"until": ["\n\n"]}}},
        "resps": [[RIGHT]],
        "filtered_resps": ["42"],
        "filter": "none",
        "metrics": ["exact_match"],
        "exact_match": 1.0,
    }
    return sample | more


def inspect_sample(**more: Any) -> dict[str, Any]:
    """A sample as inspect_ai logs it."""
    sample = {
        "id": 1,
        "epoch": 1,
        "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "6 x 7?"}],
        "target": "42",
        "output": {
            "choices": [{"message": {"role": "assistant", "content": RIGHT}, "stop_reason": "stop"}],
            "usage": {"input_tokens": 9, "output_tokens": 12, "total_tokens": 21},
            "completion": RIGHT,
        },
        "scores": {"match": {"value": "C", "answer": "42"}},
        "metadata": {"level": 3},
    }
    return sample | more


def inspect_log(path: Path, samples: list[dict[str, Any]]) -> Path:
    """A log of inspect_ai."""
    log = {"version": 2, "status": "success", "eval": {"task": "quiz", "model": "m"}, "samples": samples}
    path.write_text(json.dumps(log))
    return path
