"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# An example that takes long on a busy machine is no failure.
settings.register_profile("wideband", deadline=None)
settings.load_profile("wideband")

# Files of tests/pipeline that read another finished study than nano, or none that others read.
STUDIES = {"test_answer_spaces": "asked", "test_tasks": "asked"} | {
    name: name
    for name in (
        "test_import",
        "test_lineages",
        "test_published",
        "test_published_answers",
        "test_real_smoke",
        "test_studies",
        "test_style",
    )
}


@pytest.fixture(scope="session", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What audits remember of one another lies in a folder of the tests, not with the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Processes side by side share out whole files, and all files that read one finished study as one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            return STUDIES.get(file.stem, "nano") if file.parent.name == "pipeline" else file.name

    return ByStudy(config, log)
