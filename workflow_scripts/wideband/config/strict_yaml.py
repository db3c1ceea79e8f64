"""YAML as people mean it: duplicate keys are errors, 1e-5 is a number, 2024-01-01 stays text.

Files come from outside: they hold plain values only, within bounds of size and depth, aliases written out.
"""

import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..errors import WidebandError

FLOAT = re.compile(r"[-+]?(\d[\d_]*)(\.[\d_]*)?[eE][-+]?\d+")
BYTES, VALUES, DEPTH = 1 << 19, 50_000, 50
PLAIN = (str, int, float, bool, type(None))


class YamlError(WidebandError):
    """A file that cannot be read as YAML; the message names the file, the line and the remedy."""


class StrictLoader(yaml.SafeLoader):
    """SafeLoader without timestamps, with YAML 1.2 exponents, refusing duplicate keys."""


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    first: dict[Any, int] = {}
    for key_node, _ in node.value:
        key, line = loader.construct_object(key_node, deep=True), key_node.start_mark.line + 1
        if not isinstance(key, PLAIN):
            raise _fault(f"a key must be a text, but is a {type(key).__name__}", key_node)
        if key in first:
            raise _fault(f"duplicate key {_short(key)} (first on line {first[key]})", key_node)
        first[key] = line
    loader.flatten_mapping(node)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


StrictLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789"))
StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """A YAML file as plain Python: dict, list, text, number, true, false, null. Raises YamlError."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "no such file"
        raise YamlError(f"{path}: {what}; a YAML file belongs here")
    try:
        with path.open("rb") as file:
            text = file.read(BYTES + 1)
        if len(text) > BYTES:
            raise YamlError(f"{path}: longer than {BYTES:,} bytes, the limit for such files; shorten it")
        return deepcopy(_parsed(text.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise YamlError(f"{path}: not UTF-8 text ({error.reason}); save the file as UTF-8") from None
    except OSError as error:
        raise YamlError(f"{path}: cannot be read ({error.strerror}); correct that") from None
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise YamlError(f"{path}{where}: not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise YamlError(f"{path}: not valid YAML: {reason}") from None


# A file is asked for several times in one run. Values of whoever asks are his own.
@lru_cache(maxsize=32)
def _parsed(text: str) -> Any:
    return parse(text)


def parse(text: str) -> Any:
    """The document as plain Python. Raises yaml.YAMLError with line and column."""
    loader = StrictLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _measured(node, {}, set())
        return _checked(loader.construct_document(node))
    except RecursionError:
        raise yaml.YAMLError(f"nested more than {DEPTH} levels deep") from None
    except (ValueError, TypeError, OverflowError, AttributeError) as error:
        raise yaml.YAMLError(f"a value that cannot be read ({error})") from None
    finally:
        loader.dispose()


def _measured(node: yaml.Node, known: dict[int, tuple[int, int]], above: set[int]) -> tuple[int, int]:
    """How many values a node stands for, aliases written out, and how deep they lie; within the bounds."""
    if id(node) in above:
        raise _fault("an alias inside the value that it refers to", node)
    if id(node) not in known:
        above.add(id(node))
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        inner = [part for pair in parts for part in (pair if isinstance(pair, tuple) else (pair,))]
        found = [_measured(part, known, above) for part in inner]
        above.discard(id(node))
        size = 1 + sum(values for values, _ in found)
        height = 1 + max((depth for _, depth in found), default=0)
        if size > VALUES:
            raise _fault(f"more than {VALUES:,} values with its aliases written out", node)
        if height > DEPTH:
            raise _fault(f"nested more than {DEPTH} levels deep", node)
        known[id(node)] = size, height
    return known[id(node)]


def _checked(value: Any) -> Any:
    """The value itself, where it is what JSON has as well."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _checked(key)
            _checked(inner)
    elif isinstance(value, list):
        for inner in value:
            _checked(inner)
    elif not isinstance(value, PLAIN):
        raise yaml.YAMLError(f"a {type(value).__name__}, where only text, numbers, lists and mappings belong")
    elif isinstance(value, str):
        value.encode()
    elif isinstance(value, int) and abs(value) >= 1 << 63:
        raise yaml.YAMLError("a whole number of more than 18 digits")
    return value


def _fault(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _short(key: Any) -> str:
    text = repr(key)
    return text if len(text) <= 60 else f"{text[:57]}..."
