"""Published checkpoints: the adapter every N steps and at the end, in PEFT's layout."""

import json
import shutil
from pathlib import Path

from transformers import Trainer, TrainerCallback

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


class PublishEvery(TrainerCallback):
    """Keeps the adapter of every N-th step beside the resumable state."""

    def __init__(self, every: int, folder: Path):
        self.every, self.folder, self.trainer = every, folder, None

    def on_step_end(self, args, state, control, **_) -> None:
        """Save when the step is a multiple of N."""
        if state.global_step % self.every == 0 and state.global_step < state.max_steps:
            save_adapter(self.trainer, self.folder / str(state.global_step))


def save_adapter(trainer: Trainer, folder: Path) -> None:
    """Write the adapter alone, with the same bytes for the same weights."""
    raw = folder.with_name(f".{folder.name}.raw")
    trainer.save_model(str(raw))
    if trainer.accelerator.is_main_process:
        copy_adapter(raw, folder)
        shutil.rmtree(raw)
    trainer.accelerator.wait_for_everyone()


def copy_adapter(source: Path, folder: Path) -> None:
    """Copy an adapter's two files; the folder appears whole."""
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name in ADAPTER_FILES:
        shutil.copyfile(source / name, temporary / name)
    _canonical(temporary / ADAPTER_FILES[0])
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def _canonical(path: Path) -> None:
    """Sort the config: PEFT writes its sets in an order that changes from process to process."""
    config = json.loads(path.read_text())
    for name, value in config.items():
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            config[name] = sorted(value)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
