"""A model that is asked at someone else's address: what stands for it in its folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ENDPOINT = "endpoint.json"


@dataclass(frozen=True)
class Endpoint:
    """Where a model is asked, by what name, and over which of the two APIs."""

    url: str
    model: str
    api: Literal["chat", "completions"]


def write_endpoint(folder: Path, endpoint: Endpoint) -> None:
    """Put an endpoint in the place of a base model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ENDPOINT).write_text(json.dumps(asdict(endpoint), indent=2) + "\n")


def endpoint_of(folder: Path) -> Endpoint | None:
    """The endpoint that stands in a base model's folder; None where there are weights, or a reference."""
    file = folder / ENDPOINT
    return Endpoint(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None
