"""One assistant thinks, then answers (the R1-Zero form, DeepSeek-AI 2025, table 1)."""

from .tags import Tagged


class Think(Tagged):
    """`<think>…</think><answer>…</answer>`."""

    name = "think"
    tag = "think"
