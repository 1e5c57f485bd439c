"""A worker that dies of its first partition."""

import os
import signal


def main(channel):
    channel.receive()
    channel.receive()
    os.kill(os.getpid(), signal.SIGKILL)
