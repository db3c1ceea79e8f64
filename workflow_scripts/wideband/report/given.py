"""What a report is given beside the study and its results, out of the spec of its job."""

from dataclasses import dataclass, field
from typing import Any

from ..numbers.claims import Claim, parse_claims


@dataclass(frozen=True)
class Given:
    """Templates of fragments by file name, the registry's entries of the study's sources, and claims."""

    fragments: dict[str, str] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> "Given":
        """Out of the parameters of the rule `report`."""
        claims = parse_claims(params.get("claims", []), f"config/claims/{params['study']['name']}.yaml")
        return cls(params["fragments"], params["registered"], tuple(claims))
