"""Resumable state of a training run: saves that are complete carry a marker."""

import shutil
from pathlib import Path

from transformers import TrainerCallback

STABLE = "STABLE"


class MarkStable(TrainerCallback):
    """Marks a save once all of its files are written."""

    def on_save(self, args, state, control, **_) -> None:
        """Called by the trainer after a save."""
        (Path(args.output_dir) / f"checkpoint-{state.global_step}" / STABLE).touch()


def last_complete(folder: Path) -> Path | None:
    """The newest complete save; half-written ones are removed."""
    saves = sorted(folder.glob("checkpoint-*"), key=lambda save: int(save.name.split("-")[1]))
    for save in saves:
        if not (save / STABLE).exists():
            shutil.rmtree(save)
    return next((save for save in reversed(saves) if save.exists()), None)
