"""What all tests share."""

import logging
import os
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
# Of the other files those that take longest. Like the pipeline they come before the many short ones, so
# that no process is left alone with a long one in the end.
LONG = ("test_training_sharded.py", "test_workflow_prefetch.py")


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


def shared_out(nodeid: str) -> str:
    """What a test is shared out with: a group or a file."""
    file = Path(nodeid.partition("::")[0])
    name = file.stem.removeprefix("test_") if file.parent.name == "pipeline" else ""
    return next((group for group, names in GROUPS.items() if name in names.split()), file.name)


def place(item: pytest.Item) -> int:
    """What comes sooner and what later: the groups in their order, other files of the pipeline, the rest."""
    unit, order = shared_out(item.nodeid), list(GROUPS)
    if unit in order:
        return order.index(unit)
    return len(order) + (0 if item.path.parent.name == "pipeline" else 1 if unit in LONG else 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the tests out, the long ones come first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Processes side by side share out whole files, and all files of a group as one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared_out(nodeid)

    # Files with many tests need not be long.
    config.option.loadscopereorder = False
    return ByStudy(config, log)
