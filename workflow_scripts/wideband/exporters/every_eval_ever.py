"""Every Eval Ever 0.3.0: an aggregate file for each evaluation, and beside it a row for each rollout.

<folder>/data/<study>/<developer>/<model>/<id>.json and <id>_samples.jsonl; the id is made of the evaluation's
name, so that writing again replaces. Scores are the study's number records, pass@k with their intervals.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import __version__
from ..config import Study
from ..config.import_file import Triple
from ..errors import WidebandError
from ..numbers.record import NumberRecord
from ..tables import read_table
from ..workflow import layout

SCHEMA = "0.3.0"
# How other tools are called there, by the formats that their logs are imported from.
LIBRARIES = {"inspect": "inspect_ai", "humaneval": "human-eval", "rollouts": "unknown", "counts": "unknown"}


@dataclass(frozen=True)
class Teller:
    """Who hands the results on: an organisation, and what it is to the developer of the models."""

    organization: str = "unknown"
    relationship: str = "other"


def export_study(
    study: Study, root: Path, records: dict[str, NumberRecord], folder: Path, teller: Teller, now: int
) -> list[Path]:
    """Write every evaluation that has verdicts; the aggregate files written. `now` is a Unix time.

    Raises WidebandError when the study has no evaluation, TableError when a table cannot be read.
    """
    # The schema knows right and wrong only.
    cells = [cell for cell in study.separate_evaluations("verdicts") if "gold" in study.gives(cell[2])]
    written = [_evaluation(study, root, records, folder, teller, now, cell) for cell in cells]
    if not written:
        raise WidebandError(f"study {study.name} has no evaluation with verdicts; there is nothing to export")
    return written


def _evaluation(
    study: Study,
    root: Path,
    records: dict[str, NumberRecord],
    folder: Path,
    teller: Teller,
    now: int,
    cell: Triple,
) -> Path:
    name = ".".join((study.name, *cell))
    model = _model(study, cell)
    stem = f"data/{study.name}/{model['id']}/{_identifier(name)}"
    evaluation = f"{cell[2]}/{model['id'].replace('/', '_')}_{cell[1]}/{now}"
    lines = [
        json.dumps(sample, ensure_ascii=False) for sample in _samples(study, root, cell, evaluation, model)
    ]
    content = "".join(f"{line}\n" for line in lines).encode()
    aggregate = {
        "schema_version": SCHEMA,
        "evaluation_id": evaluation,
        "retrieved_timestamp": str(now),
        "source_metadata": {
            "source_name": study.title,
            "source_type": "evaluation_run",
            "source_organization_name": teller.organization,
            "evaluator_relationship": teller.relationship,
        },
        "eval_library": _library(study, cell),
        "model_info": model,
        "evaluation_results": list(_results(study, records, cell)),
        "detailed_evaluation_results": {
            "format": "jsonl",
            "file_path": f"{stem}_samples.jsonl",
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256(content).hexdigest(),
            "total_rows": len(lines),
        },
    }
    path = folder / f"{stem}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}_samples.jsonl").write_bytes(content)
    path.write_text(json.dumps(aggregate, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _identifier(name: str) -> uuid.UUID:
    """The schema asks for the form of a random UUID; here it is made of a name."""
    return uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4)


def _model(study: Study, cell: Triple) -> dict[str, Any]:
    """The model that was evaluated: an arm of the study at a checkpoint, and the base that it stands on."""
    arm, checkpoint, _ = cell
    base = study.base_of(arm, checkpoint)
    base = getattr(base, "root", base)
    imported = study.imported(arm)
    name = arm if checkpoint == "base" else f"{arm}_{checkpoint}"
    details = {
        "deployment_type": "unknown" if imported else "self_deployed",
        "model_availability": "unknown",
        "arm": arm,
        "checkpoint": checkpoint,
        "base_model": getattr(base, "repo", None) or getattr(base, "name", "unknown"),
    }
    return {
        "name": name,
        "id": f"{study.name}/{name}",
        "developer": study.name,
        "additional_details": details,
    }


def _library(study: Study, cell: Triple) -> dict[str, str]:
    files = study.imports.at(*cell) if study.imports else []
    graders = [file.format for file in files if not file.graded_here]
    if study.imported(cell[0]) and graders:
        return {"name": LIBRARIES.get(graders[0], graders[0]), "version": "unknown"}
    return {"name": "wideband", "version": __version__}


def _result_id(cell: Triple, k: int = 1) -> str:
    return f"{cell[2]}.pass@{k}"


def _results(study: Study, records: dict[str, NumberRecord], cell: Triple) -> Iterator[dict[str, Any]]:
    """pass@k of the evaluation, as its number records say."""
    arm, checkpoint, name = cell
    for k in range(1, study.draws(arm, checkpoint, name) + 1):
        record = records.get(f"pass@{k}.{name}.{arm}.{checkpoint}")
        if record is None or record.value is None:
            continue
        yield {
            "evaluation_result_id": _result_id(cell, k),
            "evaluation_name": name,
            "source_data": {"dataset_name": name, "source_type": "other"},
            "metric_config": {
                "metric_id": f"pass@{k}",
                "metric_name": f"pass@{k}",
                "metric_kind": "pass_rate",
                "metric_unit": "proportion",
                "metric_parameters": {"k": k},
                "lower_is_better": False,
                "score_type": "continuous",
                "min_score": 0.0,
                "max_score": 1.0,
            },
            "score_details": {"score": record.value, **_uncertainty(study, record)},
        }


def _uncertainty(study: Study, record: NumberRecord) -> dict[str, Any]:
    if record.ci is None or None in record.ci:
        return {}
    low, high = record.ci
    level = study.statistics.confidence
    interval = {"lower": low, "upper": high, "confidence_level": level, "method": record.estimator}
    return {"uncertainty": {"confidence_interval": interval, "num_samples": record.n}}


def _samples(
    study: Study, root: Path, cell: Triple, evaluation: str, model: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """A row for each verdict, with the completion where there is one."""
    arm, checkpoint, name = cell
    where = {"arm": arm, "checkpoint": checkpoint, "slice": name}
    frame = read_table(root / layout.VERDICTS.format(**where), "verdicts")
    if study.has("rollouts", *cell):
        rollouts = read_table(root / layout.ROLLOUTS.format(**where), "rollouts")
        kept = ["uid", "sample", "completion", "completion_tokens", "prompt_tokens", "finish_reason"]
        frame = frame.merge(rollouts[kept], on=["uid", "sample"], validate="one_to_one")
    problems = read_table(root / layout.PROBLEMS.format(slice=name), "problems").set_index("uid")
    scaffold = study.arms[arm].scaffold
    for row in frame.to_dict("records"):
        yield {
            "schema_version": SCHEMA,
            "evaluation_id": evaluation,
            "model_id": model["id"],
            "evaluation_name": name,
            "evaluation_result_id": _result_id(cell),
            **_sample(row, problems.loc[row["uid"]], scaffold),
        }


def _sample(row: dict[str, Any], problem: pd.Series, scaffold: str) -> dict[str, Any]:
    asked, gold = (_text(problem[column]) for column in ("problem", "gold"))
    answer, correct = _text(row["answer"]), _known(row["correct"]) is True
    return {
        "sample_id": row["uid"],
        "sample_hash": hashlib.sha256(f"{asked or ''}{gold or ''}".encode()).hexdigest(),
        "interaction_type": "single_turn",
        "input": {"raw": asked or "", "reference": [gold] if gold else []},
        "output": {"raw": [row["completion"]] if "completion" in row else []},
        "answer_attribution": [_attribution(answer, scaffold)] if answer else [],
        "evaluation": {"score": float(correct), "is_correct": correct},
        **_usage(row),
        "metadata": {"sample": str(row["sample"]), "status": row["status"]},
    }


def _attribution(answer: str, scaffold: str) -> dict[str, Any]:
    return {
        "turn_idx": 0,
        "source": "output.raw",
        "extracted_value": answer,
        "extraction_method": scaffold,
        "is_terminal": True,
    }


def _usage(row: dict[str, Any]) -> dict[str, Any]:
    asked, made = _known(row.get("prompt_tokens")), _known(row.get("completion_tokens"))
    if asked is None or made is None:
        return {}
    counts = {"input_tokens": int(asked), "output_tokens": int(made), "total_tokens": int(asked + made)}
    return {"token_usage": counts}


def _known(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
