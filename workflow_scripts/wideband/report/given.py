"""What a report is given beside the study and its results; both come from the spec of its job."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Given:
    """Templates of fragments by file name, and the registry's entries of the study's sources."""

    fragments: dict[str, str] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> "Given":
        """Out of the parameters of the rule `report`."""
        return cls(params["fragments"], params["registered"])
