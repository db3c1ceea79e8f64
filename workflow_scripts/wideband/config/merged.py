"""A policy that is merged: the model that a stage with a new adapter stands on."""

from dataclasses import dataclass
from typing import ClassVar

from .policy import Base


@dataclass(frozen=True)
class Merged:
    """A checkpoint with its adapter added into the weights: what a stage with `lora: new` trains on.

    Attributes:
        arm, checkpoint: whose adapter it is, by the folder that holds it.
        root: the base below it and below all that was merged before.
    """

    kind: ClassVar[str] = "merged"
    arm: str
    checkpoint: str
    root: Base

    @property
    def name(self) -> str:
        """Folder name under models/."""
        return f"{self.arm}-{self.checkpoint}"

    @property
    def dtype(self) -> str:
        """Dtype of the weights, which is that of the base."""
        return getattr(self.root, "dtype", "float32")
