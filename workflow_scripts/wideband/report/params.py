"""What a report needs next to the study and its results: parameters in the spec of its job."""

from dataclasses import dataclass, field
from typing import Any

from ..numbers.claims import Claim, parse_files


@dataclass(frozen=True)
class ReportParams:
    """What comes out of files of the project and out of the ledger.

    Attributes:
        fragments: templates by file name.
        registered: the registry's entries of the study's sources.
        claims: those of the files of claims.
        registrations: claims that were registered: `line` of the ledger, whether that was `before` there was
            any result, and the `claim` as it was said.
    """

    fragments: dict[str, str] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    registrations: tuple[dict[str, Any], ...] = ()

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> "ReportParams":
        """Out of the parameters of the rule `report`."""
        claims = [claim for _, claim in parse_files(params.get("claims", {}))]
        registrations = params.get("registrations", ())
        return cls(params["fragments"], params["registered"], tuple(claims), tuple(registrations))
