"""What all tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

# An example that takes long on a busy machine is no failure.
settings.register_profile("wideband", deadline=None)
settings.load_profile("wideband")


@pytest.fixture(scope="session", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What audits remember of one another lies in a folder of the tests, not with the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


# First of all: the plugin that shares tests out reads the groups in a hook of this name, too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes side by side share out whole files, and all tests of one finished study as one."""
    for item in items:
        named = set(getattr(item, "fixturenames", ()))
        study = "nano" if {"nano", "twin"} & named else "asked" if "asked" in named else None
        item.add_marker(pytest.mark.xdist_group(study or item.path.stem))
