"""Where an expression is not smooth as typed: each side of the point is followed, and the sides are compared."""

from hesscli.exact.kinks.derivatives import analyse
from hesscli.exact.kinks.local import Local, Partial

__all__ = ["Local", "Partial", "analyse"]
