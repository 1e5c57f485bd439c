"""Sums of elements: functions of very many variables, their gradients and sparse Hessians, by both witnesses.

A program is an outer expression in totals and single entries; a total is the sum of an element, an expression over
k local slots, over m rows. The Hessian of a total is the scatter-add of m small Hessians (partial separability:
A. Griewank and Ph. L. Toint, "On the unconstrained optimization of partially separable functions", 1982).
"""
