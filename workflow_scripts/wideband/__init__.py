"""Wideband: a reproducible experiment pipeline for post-training and output diversity."""

__version__ = "0.1.0"
