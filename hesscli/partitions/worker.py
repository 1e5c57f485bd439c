"""A process of this machine that answers partitions: a job in, then partitions in and their answers out."""

from __future__ import annotations

from hesscli.child import Channel
from hesscli.partitions.answering import Answering, alone


def main(channel: Channel) -> None:
    """Serve one parent until it ends this process."""
    alone()
    answering = Answering(channel.receive())
    while True:
        partition = channel.receive()
        try:
            channel.send(answering.finish(answering.ask(partition)))
        except Exception as problem:
            channel.send(problem)
