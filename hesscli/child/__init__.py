"""A child process under limits: the one place where one is started, talked to and ended.

`Child` is the parent's half, `Channel` the half of the child, in which a module's ``main(channel)`` runs. Both send
pickled objects.

The child leads a process group of its own, and whatever it has started ends with it: when the parent closes it, and
when the parent itself is gone, however that ended. Then the pipes close, which a thread of the child sees; on Linux
the kernel sees it too (``F_SETSIG`` in fcntl(2)), where no thread of the child can run any more.
"""

from hesscli.child.channel import Channel, alarm
from hesscli.child.last_words import last_words
from hesscli.child.process import Child, EndedError

__all__ = ["Channel", "Child", "EndedError", "alarm", "last_words"]
