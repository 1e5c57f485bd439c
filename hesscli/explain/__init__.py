"""Why digits are lost: both witnesses at every operation of the expression, side by side.

Each operation is taken for the end of the expression, and asked for its value and the derivatives on the
way to the worst entry of the answer: by the method that answered, and in balls. Digits are lost where an
operation has fewer right ones than its operands.
"""

from hesscli.explain.explain import explain, explained

__all__ = ["explain", "explained"]
