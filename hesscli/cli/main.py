"""Where the process starts and ends: nothing heavy, so that Ctrl-C is quiet from the first moment."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process.

    Args:
        arguments: what follows the program's name; None takes it from the process.

    Raises:
        SystemExit: with the exit status of the contract, unless TensorFlow was loaded: taking that apart again
            costs a second, so the process ends without; all files and streams are closed by then.
    """
    try:
        _listen()
        from hesscli.cli.door import run

        status = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        _stop()
    if "tensorflow" in sys.modules and arguments is None:
        os._exit(status)
    sys.exit(status)


def _listen() -> None:
    """End at once on Ctrl-C: an exception could be swallowed, or printed, inside a library's import."""
    try:
        if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(signal.SIGINT, _stop)
    except ValueError:  # not in the main thread: whoever started it listens
        return


def _stop(number: int = signal.SIGINT, frame: FrameType | None = None) -> NoReturn:
    """Leave no half-written file, no child, no traceback; children end when their pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    writing = sys.modules.get("hesscli.output.write")
    if writing is not None and hasattr(writing, "clean_up"):
        writing.clean_up()
    quiet = sys.modules.get("hesscli.tape.quiet")
    try:
        os.write(getattr(quiet, "spoken", 2), b"\nhesscli: interrupted\n")
    finally:
        os._exit(INTERRUPTED)
