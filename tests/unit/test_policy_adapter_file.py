"""Adapters from outside are data: plain files, plain LoRA, safetensors of the right names, finite numbers."""

import ast
import json
import os
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch

from wideband.config.policy import PublishedAdapter
from wideband.policy.adapter_file import CONFIG, WEIGHTS, AdapterError, check_finite, check_fits, read_shapes
from wideband.policy.published import fetch_adapter

LOADING = ("from_pretrained", "SentenceTransformer", "load_dataset")
ROOT = Path(__file__).parents[2]
BASE = {"num_hidden_layers": 2, "hidden_size": 8}
Q = "base_model.model.model.layers.{}.self_attn.q_proj.lora_{}.weight"


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """An adapter of rank 2 on two layers."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / CONFIG).write_text(json.dumps({"peft_type": "LORA", "r": 2, "target_modules": ["q_proj"]}))
    tensors = {}
    for layer in range(2):
        tensors[Q.format(layer, "A")] = np.ones((2, 8), np.float32)
        tensors[Q.format(layer, "B")] = np.ones((8, 2), np.float32)
    save_file(tensors, folder / WEIGHTS)
    return folder


def test_a_plain_one_is_read(adapter: Path) -> None:
    check_fits(adapter, BASE)
    check_finite(adapter)
    assert read_shapes(adapter)[Q.format(1, "A")] == [2, 8]


def tensors(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        held = load_file(folder / WEIGHTS)
        change(held)
        save_file(held, folder / WEIGHTS)

    return edit


def config(**more: Any) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        held = json.loads((folder / CONFIG).read_text())
        (folder / CONFIG).write_text(json.dumps(held | more))

    return edit


def header(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        data = (folder / WEIGHTS).read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        held = json.loads(data[8 : 8 + length])
        change(held)
        new = json.dumps(held).encode()
        (folder / WEIGHTS).write_bytes(struct.pack("<Q", len(new)) + new + data[8 + length :])

    return edit


def only_pickle(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / "adapter_model.bin").write_bytes(pickle.dumps({"a": 1}))


def replaced(name: str, make: Callable[[Path], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        shutil.move(folder / name, folder / f"kept.{name}")
        make(folder / name)

    return edit


A0, B0 = Q.format(0, "A"), Q.format(0, "B")
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "pickled weights": (only_pickle, f"{WEIGHTS} is missing"),
    "a linked file": (replaced(WEIGHTS, lambda p: p.symlink_to(f"kept.{WEIGHTS}")), "not a regular file"),
    "a dangling link": (replaced(WEIGHTS, lambda p: p.symlink_to("nowhere")), "not a regular file"),
    "a pipe": (replaced(CONFIG, os.mkfifo), "not a regular file"),
    "a folder": (replaced(CONFIG, os.mkdir), "not a regular file"),
    "a config that is no JSON": (replaced(CONFIG, lambda p: p.write_text("{")), "copy the adapter again"),
    "a config in depth": (replaced(CONFIG, lambda p: p.write_text("[" * 99999)), "copy the adapter"),
    "a config that is a list": (replaced(CONFIG, lambda p: p.write_text("[1]")), "not a PEFT config"),
    "another method": (config(peft_type="VERA"), "train the adapter as a LoRA"),
    "no rank": (config(r=0), "train the adapter as a LoRA"),
    "a pattern": (config(target_modules="(a+)+$"), "write the names of its matrices"),
    "whole modules": (
        config(modules_to_save=["lm_head"]),
        "modules_to_save is set; train the adapter without",
    ),
    "a class to import": (config(auto_mapping={"parent_library": "os"}), "auto_mapping is set"),
    "another start": (config(init_lora_weights="pissa"), "init_lora_weights is 'pissa'"),
    "another name": (tensors(lambda t: t.update(evil=t.pop(A0))), "'evil' is not a tensor of a LoRA"),
    "half a pair": (tensors(lambda t: t.pop(B0)), "not a pair of A and B"),
    "another rank": (tensors(lambda t: t.update({A0: np.ones((3, 8), np.float32)})), "not a pair of A and B"),
    "three sizes": (tensors(lambda t: t.update({A0: np.ones((2, 8, 1), np.float32)})), "has shape [2, 8, 1]"),
    "an empty one": (tensors(lambda t: t.update({A0: np.ones((0, 8), np.float32)})), "has shape [0, 8]"),
    "double precision": (tensors(lambda t: t.update({A0: np.ones((2, 8))})), "is of type F64"),
    "whole numbers": (tensors(lambda t: t.update({A0: np.ones((2, 8), np.int32)})), "is of type I32"),
    "a layer without": (tensors(lambda t: [t.pop(A0), t.pop(B0)]), "layer 0 lacks self_attn.q_proj"),
    "no tensor": (tensors(dict.clear), "holds no tensor"),
    "no number": (tensors(lambda t: t[A0].__setitem__((0, 0), np.nan)), "infinite or not a number"),
    "an infinity": (tensors(lambda t: t[B0].__setitem__((7, 1), -np.inf)), "infinite or not a number"),
    "overlapping tensors": (
        header(lambda h: h[B0].update(data_offsets=h[A0]["data_offsets"])),
        "position that does not fit its shape",
    ),
    "a shape that is too large": (
        header(lambda h: h[A0].update(shape=[2, 1 << 60])),
        "position that does not fit",
    ),
    "a header that is a list": (header(lambda h: h.update({A0: [1]})), "not a safetensors file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused_by_file_in_a_line(case: str, adapter: Path, tmp_path: Path) -> None:
    edit, said = REFUSED[case]
    edit(adapter)
    (tmp_path / "base").mkdir()
    (tmp_path / "base/config.json").write_text(json.dumps(BASE))
    with pytest.raises(AdapterError) as caught:
        fetch_adapter(PublishedAdapter(repo=str(adapter)), tmp_path / "base", tmp_path / "copy")
    assert said in str(caught.value) and str(adapter) in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_read_and_its_infinities_seen(adapter: Path, dtype: torch.dtype) -> None:
    held = {name: torch.from_numpy(value).to(dtype) for name, value in load_file(adapter / WEIGHTS).items()}
    save_torch(held, adapter / WEIGHTS)
    check_finite(adapter)
    held[A0][1, 1] = torch.inf
    save_torch(held, adapter / WEIGHTS)
    with pytest.raises(AdapterError, match="infinite or not a number"):
        check_finite(adapter)


def test_the_links_of_the_hubs_cache_are_read(adapter: Path, tmp_path: Path) -> None:
    blobs, snapshot = tmp_path / "models--a--b/blobs", tmp_path / "models--a--b/snapshots/0123"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for name in (CONFIG, WEIGHTS):
        shutil.copy(adapter / name, blobs / name)
        (snapshot / name).symlink_to(f"../../blobs/{name}")
    check_fits(snapshot, BASE)
    (snapshot / WEIGHTS).unlink()
    (snapshot / WEIGHTS).symlink_to(adapter / WEIGHTS)
    with pytest.raises(AdapterError, match="not a regular file"):
        check_fits(snapshot, BASE)


def test_no_call_that_loads_leaves_remote_code_to_a_default() -> None:
    """PEFT runs none and has no such argument."""
    found = []
    for path in (ROOT / "workflow_scripts").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func)
            if called.startswith("Peft") or not called.endswith(LOADING):
                continue
            told = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert told.get("trust_remote_code") == "False", f"{path}:{call.lineno}"
            found.append(called)
    assert len(found) >= 7
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "workflow_scripts").rglob("*.py")]
    assert not any(word in text for text in texts for word in ("torch.load(", "pickle.load", "joblib.load"))
