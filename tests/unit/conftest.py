"""One tiny policy for all unit tests, made when the first of them asks for it."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny base model and its tokenizer."""
    from tiny_policy import tiny_model, tiny_tokenizer

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = tiny_tokenizer()
    tiny_model(tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tiny_base: Path) -> Any:
    """The tiny policy's tokenizer."""
    from wideband.policy.base import load_tokenizer

    return load_tokenizer(tiny_base)


@pytest.fixture(scope="session")
def model(tiny_base: Path) -> Any:
    """The tiny policy's model, for reading only."""
    from wideband.policy.base import load_model

    return load_model(tiny_base).eval()


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of SmolLM2-135M-Instruct, in fp32; leave it as it is.

    Later sessions on this machine find it again, while neither package nor converter has changed.
    """
    from wideband.config.parameters import packages
    from wideband.config.policy import PackageBase
    from wideband.policy import base, gguf_llama, packaged
    from wideband.provenance.digests import file_digest, json_digest

    registered = packages()[PackageBase().name]
    code = [file_digest(module.__file__) for module in (base, gguf_llama, packaged)]
    folder = tmp_path_factory.getbasetemp().parent / f"smollm2-{json_digest([registered, code])[:16]}"
    if not folder.is_dir():
        unfinished = tmp_path_factory.mktemp("unfinished") / "smollm2"
        packaged.write_packaged(PackageBase(), registered, unfinished)
        unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def small_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the small invented study, manifests behind two numbers, and its site; leave it as it is."""
    from report_manifests import SMALL, write_lineage
    from report_results import write_results

    from wideband.config.parameters import parameters
    from wideband.report import ReportParams, build_site

    folder = tmp_path_factory.mktemp("small") / "results" / SMALL.name
    write_results(SMALL, folder)
    write_lineage(SMALL, folder)
    build_site(SMALL, folder, folder / "report", ReportParams.from_params(parameters("report", SMALL, {})))
    return folder
