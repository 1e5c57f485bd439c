"""The exact side's process that all calls from Python share, so that none but the first waits for its start.

It starts with the first call and ends with the interpreter. Calls from several threads take turns. A copy that this
process makes of itself (``fork``) lets go of the original's and starts one of its own.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hesscli.exact import Session

if TYPE_CHECKING:
    from hesscli.result import Texts


class _Kept:
    """What the process keeps."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Nothing yet."""
        self.turn = threading.RLock()
        self.session: Session | None = None


_kept = _Kept()
_left: list[Session] = []
"""What a copy of the process has let go of; kept, since its descriptors are the original's."""


@contextmanager
def session(*, time_limit: float = 10.0, digits: int = 17) -> Iterator[Session]:
    """The shared process, in a thread's turn.

    Args:
        time_limit: seconds for each point.
        digits: decimal digits of the answers.

    Yields:
        A session of it. Where work is left that nobody wants any more, after Ctrl-C say, the process ends with the
        block, and the next call starts another.
    """
    with _kept.turn:
        if _kept.session is None:
            _kept.session = Session()
        try:
            yield _kept.session.under(time_limit=time_limit, digits=digits)
        finally:
            if _kept.session is not None and not _kept.session.idle:
                close()


def close() -> None:
    """End the process; the next call starts another."""
    kept, _kept.session = _kept.session, None
    if kept is not None:
        kept.close()


def _after_fork() -> None:
    """In the copy: nothing that belongs to the original, whose threads are not here either."""
    if _kept.session is not None:
        _kept.session.leave()
        _left.append(_kept.session)
    _kept.begin()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Later(Mapping[str, "Texts"]):
    """Closed forms that are worked out when somebody looks at them: SymPy takes longer than both witnesses.

    Args:
        find: works them out; called once.
    """

    def __init__(self, find: Callable[[], Mapping[str, Texts]]) -> None:
        self._find: Callable[[], Mapping[str, Texts]] | None = find
        self._found: Mapping[str, Texts] = {}

    def _all(self) -> Mapping[str, Texts]:
        if self._find is not None:
            self._found, self._find = self._find(), None
        return self._found

    def __getitem__(self, quantity: str) -> Texts:
        return self._all()[quantity]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(dict(self._all()))

    def __reduce__(self) -> tuple[type[dict[str, Texts]], tuple[dict[str, Texts]]]:
        """A pickle, or a copy, is a plain dict."""
        return dict, (dict(self._all()),)
