"""What an interpreter may meet besides a value; `Undefined` and `Unsupported` come from the elementary functions."""

from __future__ import annotations

from hesscli.exact.elementary import Undefined, Unsupported


class Singular(Exception):
    """The node's function is not smooth, or not defined, at exactly this argument."""


class Undecided(Exception):
    """The balls are too wide to tell where the node's argument lies: more precision may help.

    Attributes:
        hopeless: the ball has closed in on zero so far that more precision will not part it from there.
    """

    def __init__(self, *, hopeless: bool = False) -> None:
        super().__init__()
        self.hopeless = hopeless


class Deeper(Exception):
    """All terms of an expansion cancelled up to where it is known: more terms may tell."""


TROUBLES = (Singular, Undecided, Undefined, Unsupported)
"""Why there may be no jet."""
