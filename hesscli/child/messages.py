"""What passes through the pipes: pickled objects, each behind a mark and its length.

So other bytes in the pipe are never taken for an answer.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

CUT_OFF, NO_THREAD = 113, 114
"""The status of a child that has an answer and no pipe for it, and of one to which the system gives no thread."""

_MARK = b"hess"
_HEAD = struct.Struct(">4sQ")


def send(stream: BinaryIO | Any, message: object) -> None:
    """Write an object to a pipe."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEAD.pack(_MARK, len(content)))
    stream.write(content)
    stream.flush()


def messages(stream: BinaryIO | Any) -> Iterator[Any]:
    """The objects from a pipe, until it closes.

    Raises:
        UnpicklingError: something else came; pickle raises other exceptions of bytes that are nearly right.
    """
    while head := stream.read(_HEAD.size):
        mark, length = _HEAD.unpack(head)
        if mark != _MARK:
            raise pickle.UnpicklingError("no mark before a message")
        yield pickle.loads(stream.read(length))
