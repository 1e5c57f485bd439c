"""What is known of the primitive operations besides their derivatives: the one table, a set of names a property.

It is read of code lists with their definitions inlined (`CodeList.inlined`), so that functions that are equal get equal
answers: what is defined by others has no place here.
"""

from __future__ import annotations

NOT_NEGATIVE = frozenset({"Abs", "acos", "acosh", "cosh", "erfc", "exp", "normcdf", "softplus"})
"""Nowhere negative, wherever they are real."""
BOUNDED = frozenset({"sin", "cos", "tanh", "atan", "atan2", "erf", "erfc", "sign"})
"""Bounded wherever they are real."""
SMOOTH = frozenset({"add", "mul", "neg", "number", "constant", "parameter", "variable", "exp", "sin", "cos", "true"})
"""Operations that never switch."""
FLAT = frozenset({"sign", "floor"})
"""Constant between jumps."""
KEEPING = frozenset({"add", "neg", "Abs", "Max", "Min", "Piecewise"})
"""Of polynomials a polynomial of no higher degree, in pieces."""
HOMOGENEOUS = frozenset({"add", "neg", "Abs", "Max", "Min"})
"""Multiplied by c > 0 where all operands are."""
SHIFTED = frozenset({"Max", "Min", "logsumexp"})
"""Gaining t where all operands do."""
