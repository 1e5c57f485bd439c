"""Where the process starts and ends: nothing heavy, so that Ctrl-C is quiet from the first moment."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

from hesscli import guard

INTERRUPTED = 130

ENDING = {
    "SIGINT": "interrupted",
    "SIGTERM": "ended by SIGTERM",
    "SIGHUP": "ended by SIGHUP",
    "SIGQUIT": "ended by SIGQUIT",
    "SIGXCPU": "ended by SIGXCPU, the limit of processor time",
}
"""Signals that ask a process to end -> the last words."""

ALONE = {"OPENBLAS_NUM_THREADS": "1"}
"""Variables that keep libraries from threads: OpenBLAS, which NumPy loads, raises SIGINT where it gets none."""

MEANT_FOR_OTHERS = ("XLA_FLAGS", "TF_XLA_FLAGS", "TF_JITRT_FLAGS")
"""Variables that TensorFlow shares with others; at a flag that its version does not know it ends the process."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end with its status.

    Args:
        arguments: what follows the program's name; None takes it from the process, which then is hesscli's own:
            its signals are listened to, another process stands by, and after TensorFlow was loaded it ends without
            taking that apart, which would cost a second (all files and streams are closed by then).

    Raises:
        SystemExit: with the exit status of the contract.
    """
    own = arguments is None
    try:
        if own:
            _listen()
            _settle()
            guard.stand_by()
        from hesscli.cli.app import run

        status = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        if own:
            _stop(signal.SIGINT)
        sys.exit(INTERRUPTED)
    finally:
        guard.tell(guard.DONE)
    if own and "tensorflow" in sys.modules:
        if quiet := sys.modules.get("hesscli.tape.quiet"):
            quiet.forget_sources()
        os._exit(status)
    sys.exit(status)


def _listen() -> None:
    """End at once when asked to: an exception could be swallowed, or printed, inside a library's import."""
    for name in ENDING:
        number = getattr(signal, name, None)
        with suppress(ValueError):  # not in the main thread: whoever started it listens
            if number is not None and signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
                signal.signal(number, _stop)


def _settle() -> None:
    """Take away what would end, or confuse, a library without a word."""
    for name in MEANT_FOR_OTHERS:
        os.environ.pop(name, None)
    for name in ("COLUMNS", "LINES"):  # Rich takes any digit for a number
        if not os.environ.get(name, "").isascii():
            del os.environ[name]
    for name, value in ALONE.items():
        os.environ.setdefault(name, value)
    if isinstance(sys.stdout, TextIOWrapper):  # Rich and Typer write signs that not every encoding has
        sys.stdout.reconfigure(errors="backslashreplace")


def _stop(number: int, frame: FrameType | None = None) -> NoReturn:
    """Leave no half-written file, no child, no traceback; children end when their pipe closes."""
    for name in ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    writing = sys.modules.get("hesscli.output.write")
    if writing is not None and hasattr(writing, "clean_up"):
        writing.clean_up()
    guard.tell(guard.DONE)
    journal = sys.modules.get("hesscli.partitions.journal")
    kept = journal.interrupted() if journal is not None and hasattr(journal, "interrupted") else ""
    quiet = sys.modules.get("hesscli.tape.quiet")
    with suppress(OSError):
        os.write(getattr(quiet, "spoken", 2), f"\nhesscli: {ENDING[signal.Signals(number).name]}{kept}\n".encode())
    if number != signal.SIGINT:  # who asked learns that it was obeyed
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(INTERRUPTED)
