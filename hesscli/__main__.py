"""``python -m hesscli``, and where the installed command begins."""

import signal

try:
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # quiet while the rest is imported; then ``main`` listens
except ValueError:  # not in the main thread: whoever started it listens
    pass

from hesscli.cli.main import main

if __name__ == "__main__":
    main()
