"""The two witnesses side by side: how far apart they are, and what they say together, quantity by quantity."""

from hesscli.verdict.entries import Place
from hesscli.verdict.exits import EXIT, FINE, exit_status, worst_of
from hesscli.verdict.judging import ABSENT, Judgement, Sensitivities, judge, worst

__all__ = [
    "ABSENT",
    "EXIT",
    "FINE",
    "Judgement",
    "Place",
    "Sensitivities",
    "exit_status",
    "judge",
    "worst",
    "worst_of",
]
