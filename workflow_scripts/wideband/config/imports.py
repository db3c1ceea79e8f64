"""The imported files of a study: where they lie and come from, and what they are about taken together."""

import re
from collections.abc import Iterator
from functools import cached_property

from pydantic import Field

from .base import Strict
from .import_file import DESCRIBING, Import


class Release(Strict):
    """Where the files were published, for whoever does not have them."""

    repo: str = Field(description="owner/name on GitHub")
    commit: str = Field(pattern=r"^[0-9a-f]{40}$", description="40-digit commit")

    def url(self, path: str) -> str:
        """Where a file of the release can be fetched."""
        return f"https://raw.githubusercontent.com/{self.repo}/{self.commit}/{path}"


class Interval(Strict):
    """An interval as the authors of imported results drew it: percentiles of resampled means, by numpy."""

    metric: str = Field(description="a metric of format cells or printed")
    slice: str = Field(description="the slice it was measured on")
    of: list[str] = Field(
        min_length=1, max_length=2, description="arm.checkpoint, or two of them: first minus second by item"
    )
    seed: int = Field(ge=0, description="seed of numpy.random.default_rng")
    resamples: int = Field(2000, ge=1, le=100_000, description="resamples of the items")

    @property
    def places(self) -> list[tuple[str, str]]:
        """(arm, checkpoint) of each."""
        parts = [place.partition(".") for place in self.of]
        return [(arm, checkpoint) for arm, _, checkpoint in parts]


class Imports(Strict):
    """Files of results, under one folder and one licence."""

    root: str = Field(description="folder of the files; where one is absent it is fetched from `release`")
    release: Release | None = Field(None, description="where the files were published")
    licence: str = Field(description="licence of the files, kept in their manifests")
    files: list[Import] = Field(min_length=1, description="the files")
    intervals: list[Interval] = Field(
        default_factory=list, description="intervals to draw again with the seeds of their authors"
    )

    @cached_property
    def conditions(self) -> list[Import]:
        """The files, each of one checkpoint at most: a grid once for every checkpoint that it tells of."""
        return [condition for file in self.files for condition in file.conditions()]

    def of(self, arm: str) -> list[Import]:
        """The files about an arm."""
        return [file for file in self.conditions if file.arm == arm]

    def at(self, arm: str, checkpoint: str, name: str) -> list[Import]:
        """The files about an arm at a checkpoint on a slice."""
        return [file for file in self.of(arm) if (file.checkpoint, file.slice) == (checkpoint, name)]

    def results(self) -> list[Import]:
        """The files that become tables of an arm; those of problems become slices."""
        return [file for file in self.files if file.format != "problems"]

    def rules(self) -> dict[str, Import]:
        """These files by the name of the rule that reads each; a number keeps `x-y` and `x_y` apart."""
        return {
            f"import_{number}_{re.sub('[^a-zA-Z0-9]', '_', file.key)}": file
            for number, file in enumerate(self.results(), 1)
        }

    def about(self, name: str) -> list[Import]:
        """The files that say which problems a slice holds; those of format problems first."""
        files = [file for file in self.files if file.slice == name and file.format in DESCRIBING]
        return sorted(files, key=lambda file: file.format != "problems")

    def values(self, name: str, metric: str) -> list[Import]:
        """The conditions that a metric by item was measured in on a slice, in the order of their files."""
        return [file for file in self.conditions if file.slice == name and metric in file.measured()]

    def spaces(self) -> list[str]:
        """The slices whose items come with their options."""
        found = [file.slice for file in self.files if file.format == "answers" or "options" in file.fields]
        return [name for name in dict.fromkeys(found) if name]

    def lists(self) -> list[str]:
        """The slices that files of problems list for no arm."""
        return [file.slice for file in self.files if file.format == "problems" and file.arm is None]

    def described(self) -> list[str]:
        """The slices whose problems come out of the files."""
        return [name for name in self.slices() if self.about(name)]

    def sources(self) -> list[str]:
        """All files, each once, in order."""
        return list(dict.fromkeys(path for file in self.files for path in file.sources()))

    def slices(self) -> list[str]:
        """The slices that the files are about."""
        return list(dict.fromkeys(file.slice for file in self.files if file.slice))


def step_of(checkpoint: str) -> int:
    """Steps inside the stage of `stage@step`; 0 for any other checkpoint."""
    found = re.search(r"@(\d+)$", checkpoint)
    return int(found.group(1)) if found else 0


def ordered(checkpoints: set[str], chain: list[str]) -> Iterator[str]:
    """Checkpoints in the order of training: `chain` is base and the stages."""
    places = {name: place for place, name in enumerate(chain)}
    yield from sorted(checkpoints, key=lambda at: (places.get(at.split("@")[0], len(chain)), step_of(at)))
