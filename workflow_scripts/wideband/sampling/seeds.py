"""Seeds derived by name, so that every random choice can be traced to the study."""

from blake3 import blake3


def derive_seed(*parts: str | int) -> int:
    """A 48-bit seed from the parts; equal parts give equal seeds on every machine."""
    name = "\x1f".join(map(str, parts))
    return int.from_bytes(blake3(name.encode()).digest(length=6), "big")
