"""The frozen dataclasses that cross rooms."""

from hesscli.result.explanation import Explanation, Loss, Operation
from hesscli.result.result import Block, Result
from hesscli.result.shown import Shown, Subject, writes
from hesscli.result.sweep import Sweep
from hesscli.result.texts import NOT_FINITE, Decimals, Number, Texts
from hesscli.result.witnesses import Accuracy, ExactAnswer, TapeAnswer, Verdict, usable

__all__ = [
    "NOT_FINITE",
    "Accuracy",
    "Block",
    "Decimals",
    "ExactAnswer",
    "Explanation",
    "Loss",
    "Number",
    "Operation",
    "Result",
    "Shown",
    "Subject",
    "Sweep",
    "TapeAnswer",
    "Texts",
    "Verdict",
    "usable",
    "writes",
]
