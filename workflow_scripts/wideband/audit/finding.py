"""A finding: one thing that the audit found to be wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        code: a verdict code of the level, such as OUTPUT_TAMPERED.
        level: 0 to 6.
        detail: what was expected and what was found, for people.
        file: the file concerned, relative to the study's results folder.
        stage: the rule whose job wrote it, or the checkpoint it belongs to.
        number: the id of the number concerned, where the finding is about one number alone.
    """

    code: str
    level: int
    detail: str
    file: str | None = None
    stage: str | None = None
    number: str | None = None
