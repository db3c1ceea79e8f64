"""Classes of the same answer and what each is worth: the one room that loads NoveltyBench's two models.

Zhang et al., arXiv:2504.05228. The measures themselves are in metrics/novelty.py.
"""

from .classes import Answers, answers_of, classes, novelty_table

__all__ = ["Answers", "answers_of", "classes", "novelty_table"]
