"""The verb ``code``: a nested-tape Python program for an expression, to read, to learn from, to paste.

    TEMPLATES: operation -> TensorFlow expression

It covers the operations whose own TensorFlow derivatives are right at every order, and refuses the rest.
"""

from hesscli.code.script import script

__all__ = ["script"]
