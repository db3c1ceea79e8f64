"""The public RO-Crate validator, with vendored contexts in the place of the network."""

from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": "ro-crate-1.1.jsonld",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run.jsonld",
}
PROFILE = "provenance-run-crate"


class Vendored(HTTPAdapter):
    """Answers from tests/contexts, whatever is asked for on the network."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """The vendored file of a URL. Raises KeyError for any other URL."""
        content = (Path(__file__).parent / "contexts" / CONTEXTS[request.url]).read_bytes()
        headers = {"Content-Type": "application/ld+json"}
        raw = HTTPResponse(BytesIO(content), headers, 200, preload_content=False, request_url=request.url)
        return self.build_response(request, raw)


def issues(crate: Path, cache: Path, severity: str = "REQUIRED") -> list[str]:
    """What the validator has against a crate, offline; a check it skipped is an issue as well.

    Args:
        crate: the folder with `ro-crate-metadata.json`.
        cache: a folder for the validator's cache.
    """
    from rocrate_validator.models import ValidationSettings
    from rocrate_validator.services import validate

    with CachedSession(str(cache / "http"), "sqlite", expire_after=-1) as session:
        session.mount("https://", Vendored())
        for url in CONTEXTS:
            session.get(url)
    result = validate(
        ValidationSettings(
            rocrate_uri=str(crate),
            profile_identifier=PROFILE,
            requirement_severity=severity,
            offline=True,
            cache_path=cache / "http",
        )
    )
    said = [
        f"{issue.check.identifier} {issue.violatingEntity}: {issue.message}" for issue in result.get_issues()
    ]
    return said + [f"skipped: {check.identifier}" for check in result.skipped_checks]
