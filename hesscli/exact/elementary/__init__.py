"""Rigorous Taylor coefficients, in balls, of every smooth function of the catalogue."""

from hesscli.exact.elementary.base import Undefined, Unsupported
from hesscli.exact.elementary.table import is_real, taylor1, taylor_all, taylor_in, taylor_over

__all__ = ["Undefined", "Unsupported", "is_real", "taylor1", "taylor_all", "taylor_in", "taylor_over"]
