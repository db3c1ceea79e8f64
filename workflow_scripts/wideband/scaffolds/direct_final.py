"""The question alone, to models that write in channels (GPT-OSS): their final one is open already."""

from .direct import Direct


class DirectFinal(Direct):
    """As `direct`; nothing is thought before the answer, for which the chat template has another channel."""

    name = "direct_final"
    opening = "<|channel|>final<|message|>"
