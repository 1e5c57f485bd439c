"""How long is waited, and what the system may have no more of."""

from __future__ import annotations

from hesscli.errors import LimitError

LONGEST = 1e6
"""Seconds (11 days) of any one wait or alarm: timers overflow far beyond."""

PATIENCE = 2.0
"""Seconds that a process is given to end once its pipe has closed, or it has been killed."""


def no_more(what: str, why: str) -> LimitError:
    """The error where the system refuses a process or a thread."""
    return LimitError(
        f"the system has no more {what} to give ({why}); end other programs, or raise the limit (ulimit -u)"
    )
