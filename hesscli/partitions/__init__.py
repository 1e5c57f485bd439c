"""A sweep in partitions: fixed stretches of its points, answered by many processes and put together in order.

Where a partition starts and ends hangs on the sweep alone and not on how many work at it, so that every number is
computed in the same company, and comes out the same to the last bit.
"""

from hesscli.partitions.gathering import Executor, parts, results, sweeps
from hesscli.partitions.job import SweepJob
from hesscli.partitions.journal import Journal, described

__all__ = ["Executor", "Journal", "SweepJob", "described", "parts", "results", "sweeps"]
