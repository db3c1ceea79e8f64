"""The numbers of arms that were trained several times, out of the tables of their runs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..config import Study
from ..config.runs import runs_of
from .plan import Request
from .registry import find

# A test over problems alone would take the runs that there are for all that there could be.
TESTS = {"paired.t": "runs.t", "paired.t_p": "runs.t_p", "paired.holm_p": "runs.holm_p"}


def shared(study: Study, requests: Iterable[Request]) -> Iterator[Request]:
    """Requests whose tables are where they lie: arms that ask the same policy in the same way share them."""
    found = _Tables(study)
    for request in requests:
        yield replace(request, paths=found.paths(request.paths))


def over_runs(study: Study, whole: Study, requests: Iterable[Request]) -> Iterator[Request]:
    """Each request of a pooled study as one about the runs of its arms; as it is where each is one run.

    `study` has the runs, `whole` their arms.

    Left out is what is no mean over runs: counts, and tests without a form for runs. `runs` of the args is
    their number, which is the same for all arms that have several; an arm of one run stands beside each of
    them. `once` of the args are those that were trained: how far another training would have taken them
    elsewhere is in no interval and no test.
    """
    runs = {arm: runs_of(whole, arm) for arm in whole.arms}
    several, found = max(map(len, runs.values())), _Tables(study)
    of_path: dict[str, list[str]] = {}
    for request in requests:
        for path in request.paths:
            if path not in of_path:
                of_path[path] = list(dict.fromkeys(found.path(at) for at in _tables(path, runs)))
        tables = [of_path[path] for path in request.paths]
        if all(len(of_runs) == 1 for of_runs in tables):
            yield Request(request.id, request.estimator, request.args, tuple(path for (path,) in tables))
            continue
        name = TESTS.get(request.estimator, request.estimator)
        if name in TESTS.values() or find(name).resamples:
            paths = tuple(path for of_runs in tables for path in (of_runs * several)[:several])
            args = {**request.args, "runs": several}
            once = sorted({arm for path in request.paths if (arm := _trained(path)) and len(runs[arm]) == 1})
            yield Request(request.id, name, {**args, "once": once} if once else args, paths)


class _Tables:
    """Where the tables of evaluations lie."""

    def __init__(self, study: Study) -> None:
        self.benchmarks = set(study.benchmarks)
        every = [(arm, at) for arm in study.arms for at in study.checkpoints(arm)]
        self.folders = {(arm, at): study.evaluated_in(arm, at) for arm, at in every}
        # Thousands of numbers are made of the same tables, and all tests of a family of the same hundreds.
        self._known: dict[str, str] = {}
        self._together: dict[tuple[str, ...], tuple[str, ...]] = {}

    def paths(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Those that stand for all of these."""
        if paths not in self._together:
            self._together[paths] = tuple(map(self.path, paths))
        return self._together[paths]

    def path(self, path: str) -> str:
        """The path of the table that stands for the one at `path`."""
        if path not in self._known:
            self._known[path] = self._path(path)
        return self._known[path]

    def _path(self, path: str) -> str:
        parts = path.split("/")
        place = _place(parts)
        # A band is measured for the stage of its own arm, also where its pool is a benchmark.
        if place is None or parts[-1].rpartition(".")[0] not in self.benchmarks or parts[-2] == "band":
            return path
        arm = self.folders.get((parts[place], parts[place + 1]), parts[place])
        return "/".join([*parts[:place], arm, *parts[place + 1 :]])


def _place(parts: list[str]) -> int | None:
    """Which part of a table's path is the arm."""
    return {"metrics": 2, "arms": 1}.get(parts[0])


def _trained(path: str) -> str | None:
    """The arm of a table of one of its trained checkpoints."""
    parts = path.split("/")
    place = _place(parts)
    return None if place is None or parts[place + 1] == "base" else parts[place]


def _tables(path: str, runs: dict[str, list[str]]) -> list[str]:
    """The table of an arm for each of its runs."""
    parts = path.split("/")
    place = _place(parts)
    if place is None:
        return [path]
    return ["/".join([*parts[:place], run, *parts[place + 1 :]]) for run in runs[parts[place]]]
