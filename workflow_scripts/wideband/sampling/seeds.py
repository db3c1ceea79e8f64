"""Seeds derived by name, so that every random choice can be traced to the study."""

from blake3 import blake3

# Engines that draw as they like: their rollouts have no seed.
SEEDLESS = frozenset({"openai"})


def derive_seed(*parts: str | int) -> int:
    """A 48-bit seed from the parts; equal parts give equal seeds on every machine."""
    name = "\x1f".join(map(str, parts))
    return int.from_bytes(blake3(name.encode()).digest(length=6), "big")
