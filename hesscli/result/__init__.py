"""The frozen dataclasses that cross rooms."""

from hesscli.result.explanation import DigitLoss, Explanation, Operation
from hesscli.result.passing import PASSED
from hesscli.result.result import MOST_NOTES, Result, TapeBlock
from hesscli.result.shown import Shown, Subject, writes
from hesscli.result.sweep import Sweep
from hesscli.result.texts import NOT_FINITE, DecimalNumber, Decimals, Texts
from hesscli.result.witnesses import NOWHERE, REFUTED, Accuracy, Difference, ExactAnswer, TapeAnswer, Verdict, usable
from hesscli.result.words import SparseWords

__all__ = [
    "MOST_NOTES",
    "NOT_FINITE",
    "NOWHERE",
    "PASSED",
    "REFUTED",
    "Accuracy",
    "DecimalNumber",
    "Decimals",
    "Difference",
    "DigitLoss",
    "ExactAnswer",
    "Explanation",
    "Operation",
    "Result",
    "Shown",
    "SparseWords",
    "Subject",
    "Sweep",
    "TapeAnswer",
    "TapeBlock",
    "Texts",
    "Verdict",
    "usable",
    "writes",
]
