"""The question as plain text, also where the model has a chat template: how base models are asked."""

from .direct import Direct


class DirectRaw(Direct):
    """As `direct`, in the words of the prompt's template alone."""

    name = "direct_raw"
    chat = False
