"""Runs of characters in LaTeX that mean more than their lexemes do one by one."""

from __future__ import annotations

import re

LETTERS_RUN = re.compile(r"[^\W\d_]+")
"""Letters side by side, each a name of its own as TeX sets them."""

BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm)\s*\{?\s*\Z")
"""A command for bold letters, right before what it makes bold."""

PARTED = re.compile(r"[0-9]([0-9]|\.[0-9]).*|[0-9]")
"""A number of which TeX takes the first digit alone; what is left is a number too."""
