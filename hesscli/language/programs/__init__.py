"""Sums over indices, vectors and columns of data: what was typed -> Program, its blocks, elements and outer expression.

``reading`` takes sums and indexed names out of the text; ``recognition`` finds the alike terms of a sum written out.
"""
