"""Errors of the data room; every message names the file, key or uid and the remedy."""

from ..errors import WidebandError


class DataError(WidebandError):
    """Problems that cannot be read, or a slice that cannot be built from them."""


class RegistryError(DataError):
    """A source whose content is not the registered one."""


class LeakageError(DataError):
    """A problem text that is both trained on and evaluated."""


class NoBandError(DataError):
    """An arm without a single problem in its variance band."""
