"""The panel: several personas debate, then answer.

The tag's spelling is that of the published recipe (scasella/multi-model, MIT): adapters in the wild use it.
"""

from .tags import Tagged


class Panel(Tagged):
    """`<mutipersonaDebate>…</mutipersonaDebate><answer>…</answer>`."""

    name = "panel"
    tag = "mutipersonaDebate"
