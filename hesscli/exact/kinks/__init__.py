"""Where an expression is not smooth as typed: each side of the point is followed, and the sides are compared."""

from hesscli.exact.kinks.derivatives import Local, Partial, study

__all__ = ["Local", "Partial", "study"]
