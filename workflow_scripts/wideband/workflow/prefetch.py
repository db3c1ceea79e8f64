"""What a study's jobs read from the Hugging Face hub, brought into the cache that they read it from.

Each thing is fetched by the very function that the jobs use, but for base models: their files are fetched
into the same place without the weights being loaded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..config import Study
from ..config.embedders import PACKAGE
from ..config.pinned import commit_of, named, required
from ..config.policy import HubBase
from ..data import hub
from ..data.slices import load_source, sources_of
from ..data.sources import SOURCES, from_files
from ..errors import WidebandError
from ..metrics.entailment_names import STAND_IN

# The weights once more, in formats that are not read where there are safetensors.
DUPLICATES = (
    *("*.bin", "*.pt", "*.pth", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.onnx"),
    *("onnx/*", "openvino/*", "original/*", "consolidated*"),
)


class PrefetchError(WidebandError):
    """Something that the hub does not give; the message names repository and revision."""


@dataclass(frozen=True)
class Wanted:
    """Something of the hub that jobs will read.

    Attributes:
        name: what it is, with repository and revision.
        places: folders that hold it once it is there.
        fetch: brings it there. Raises WidebandError, or what a model library raises.
    """

    name: str
    places: tuple[Path, ...]
    fetch: Callable[[], object]

    def size(self) -> int:
        """Bytes in its folders."""
        files = [file for place in self.places for file in place.rglob("*") if not file.is_symlink()]
        return sum(file.stat().st_size for file in files if file.is_file())


def wanted(study: Study) -> list[Wanted]:
    """What the jobs of a study read from the hub. Raises DataError for a dataset without a pinned commit."""
    found = [*_bases(study), *_adapters(study), *_embedder(study), *_judge(study), *_novelty(study)]
    found += _problems(study)
    return list({entry.name: entry for entry in found}.values())


def fetch(thing: Wanted) -> int:
    """Bring it into the cache; how many bytes came. Raises WidebandError naming repository and revision."""
    before = thing.size()
    try:
        thing.fetch()
    except WidebandError:
        raise
    except Exception as error:
        why = next(iter(str(error).splitlines()), "")
        raise PrefetchError(
            f"{thing.name}: cannot be downloaded from the hub ({type(error).__name__}: {why}); "
            "check the network, HF_HUB_OFFLINE, HF_TOKEN where it is gated, and the revision in the study"
        ) from error
    return thing.size() - before


def snapshot(repo: str, revision: str | None) -> Path:
    """All files of a model that are read, in the Hugging Face cache."""
    from huggingface_hub import snapshot_download

    folder = Path(snapshot_download(repo, revision=revision, ignore_patterns=list(DUPLICATES)))
    if not any(folder.glob("*.safetensors")):
        folder = Path(snapshot_download(repo, revision=revision))
    return folder


def _bases(study: Study) -> Iterator[Wanted]:
    for base in study.bases().values():
        if isinstance(base, HubBase) and not Path(base.repo).is_dir():
            commit = commit_of(base, f"model '{base.name}'")
            yield _model("base model", base.repo, commit, partial(snapshot, base.repo, commit))


def _adapters(study: Study) -> Iterator[Wanted]:
    for published in study.adapters().values():
        if not Path(published.repo).is_dir():
            yield _model("adapter", published.repo, published.revision, partial(_adapter, published))


def _embedder(study: Study) -> Iterator[Wanted]:
    name = study.diversity.embedder
    revision = named(name, study.diversity.revision, study.data.revisions)
    if name.startswith(PACKAGE) or Path(name).is_dir():
        return
    required(name, revision, "diversity.embedder")
    # As sentence-transformers completes a bare name.
    repo = name if "/" in name else f"sentence-transformers/{name}"
    yield _model("embedder", repo, revision, partial(_load_embedder, name, revision))


def _judge(study: Study) -> Iterator[Wanted]:
    """The model of entailment, as the embedded stand-in is none."""
    asked = study.entailment
    if asked is None or asked.model.startswith(STAND_IN) or Path(asked.model).is_dir():
        return
    commit = required(
        asked.model, named(asked.model, asked.revision, study.data.revisions), "entailment.model"
    )
    yield _model("entailment model", asked.model, commit, partial(snapshot, asked.model, commit))


def _novelty(study: Study) -> Iterator[Wanted]:
    """The models that sort answers into classes and say what they are worth."""
    asked = study.novelty
    named = (
        {
            "classifier": (asked.classifier, asked.classifier_revision),
            "tokenizer": (asked.tokenizer, asked.tokenizer_revision),
            "reward model": (asked.reward, asked.reward_revision),
        }
        if asked and study.separate_evaluations("novelty")
        else {}
    )
    for what, (repo, revision) in named.items():
        if repo and not Path(repo).is_dir():
            yield _model(f"{what} of novelty", repo, revision, partial(snapshot, repo, revision))


def _problems(study: Study) -> Iterator[Wanted]:
    data = study.data
    if data.origin == "generated" or data.mirror:
        return
    every = dict.fromkeys(pair for part in data.slices.values() for pair in sources_of(part, data))
    for source, split in (pair for pair in every if not from_files(pair[0], data.origin)):
        parts = SOURCES[source].hubs[split]
        named = [_named(part.repo, hub.pinned(part.repo, part.revision, data.revisions)) for part in parts]
        places = tuple(hub.cached(part.repo) for part in parts)
        yield Wanted(
            f"problems {source}/{split} of {', '.join(named)}",
            tuple(dict.fromkeys(places)),
            partial(load_source, source, split, data),
        )


def _model(what: str, repo: str, revision: str | None, fetch: Callable[[], object]) -> Wanted:
    from huggingface_hub.constants import HF_HUB_CACHE
    from huggingface_hub.file_download import repo_folder_name

    place = Path(HF_HUB_CACHE) / repo_folder_name(repo_id=repo, repo_type="model")
    return Wanted(f"{what} {_named(repo, revision)}", (place,), fetch)


def _named(repo: str, revision: str | None) -> str:
    return f"{repo}@{revision or 'main'}"


def _adapter(published: object) -> Path:
    from ..policy.published import download

    return download(published)


def _load_embedder(name: str, revision: str | None) -> object:
    from ..embedding.embed import load_embedder

    return load_embedder(name, revision)
