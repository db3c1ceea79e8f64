"""YAML as people mean it: duplicate keys are errors, 1e-5 is a number, 2024-01-01 stays text."""

import re
from typing import Any

import yaml

FLOAT = re.compile(r"[-+]?(\d[\d_]*)(\.[\d_]*)?[eE][-+]?\d+")


class StrictLoader(yaml.SafeLoader):
    """SafeLoader without timestamps, with YAML 1.2 exponents, refusing duplicate keys."""


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    first: dict[Any, int] = {}
    for key_node, _ in node.value:
        key, line = loader.construct_object(key_node, deep=True), key_node.start_mark.line + 1
        if key in first:
            raise yaml.constructor.ConstructorError(
                None, None, f"duplicate key '{key}' (first on line {first[key]})", key_node.start_mark
            )
        first[key] = line
    loader.flatten_mapping(node)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


StrictLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789"))
StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str) -> Any:
    """The document as plain Python. Raises yaml.YAMLError with line and column."""
    return yaml.load(text, Loader=StrictLoader)
