"""``python -m hesscli``, and where the installed command begins.

Python makes an exception of Ctrl-C. Until ``main`` listens, it ends the process without a word instead: this comes
first of all, and ``_signal``, which is part of the interpreter, costs nothing, where ``signal`` would load ``enum``,
``re`` and more meanwhile. Nor does it look for modules beside the person, who may have a file named ``random.py``.
"""

import _signal  # type: ignore[import-not-found]  # what signal is made of
import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # the working folder, which ``-m`` puts first

try:
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
except ValueError:  # not in the main thread: whoever started it listens
    pass

from hesscli.cli.main import main

if __name__ == "__main__":
    main()
