"""How the child's interpreter is started: the one that runs here, with its options, finding this very package."""

from __future__ import annotations

import sys
from pathlib import Path

FLAGS = {
    "isolated": "I", "ignore_environment": "E", "no_user_site": "s", "no_site": "S", "safe_path": "P",
    "optimize": "O", "dont_write_bytecode": "B",
}  # fmt: skip
"""Fields of ``sys.flags`` that decide which modules are found and how they run -> option of the interpreter."""

_ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = (
    "import sys; sys.path[:] = [place for place in sys.path if place]; sys.path.insert(0, sys.argv[1])\n"
    "import hesscli; del sys.path[0]\n"
    "from hesscli.child.channel import serve; serve(*sys.argv[2:])"
)


def command(module: str, memory_limit: int, lifeline: int) -> list[str]:
    """The command line of an interpreter that calls `serve` with the same arguments."""
    return [python(), *flags(), "-u", "-c", _BOOT, _ROOT, module, str(memory_limit), str(lifeline)]


def python() -> str:
    """Where the interpreter lies."""
    return sys.executable or "python3"


def flags() -> list[str]:
    """The options with which this interpreter was started, for another one."""
    found = {letter: int(getattr(sys.flags, field, 0)) for field, letter in FLAGS.items()}
    return [f"-{letter * count}" for letter, count in found.items() if count]
