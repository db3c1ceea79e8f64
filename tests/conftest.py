"""What all tests share."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# An example that takes long on a busy machine is no failure.
settings.register_profile("wideband", deadline=None)
settings.load_profile("wideband")

# Files of tests/pipeline that are tested in one process, since they share finished studies; every other file
# of that folder is a group of its own. The first two groups share one run of nano: both take long.
GROUPS = {
    "audited": "answers chat compare audit_forgers audit_numbers audit_records audit_samples audit_sources "
    "nano publish rocrate site watch",
    "twin": "bad_input determinism faults sampling_kills staleness start training_kills",
    "asked": "answer_spaces tasks",
}


@pytest.fixture(scope="session", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What audits remember of one another lies in a folder of the tests, not with the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def logged_as_before() -> Iterator[None]:
    """Commands quieten the logs for the rest of their process, which here is that of other tests."""
    logger = logging.getLogger("wideband")
    before = logger.level
    yield
    logger.setLevel(before)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Processes side by side share out whole files, and all files of a group as one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            name = file.stem.removeprefix("test_") if file.parent.name == "pipeline" else ""
            return next((group for group, names in GROUPS.items() if name in names.split()), file.name)

    return ByStudy(config, log)
