"""Truncated power series: their algebra, how they go through a primitive, and the rules of their own that some need."""
