"""A process of this machine that answers partitions: a job in, then partitions in and their answers out."""

from __future__ import annotations

from hesscli.child import Channel
from hesscli.partitions.answering import alone, answering, told


def main(channel: Channel) -> None:
    """Serve one parent until it ends this process."""
    alone()
    answers = answering(channel.receive())
    while True:
        partition = channel.receive()
        try:
            channel.send(told(answers, partition))
        except Exception as problem:
            channel.send(problem)
