"""Rosenbrock's valley, differentiated by hand."""


def f(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def gradient(x, y):
    inner = y - x**2
    return [-2 * (1 - x) - 400 * x * inner, 200 * inner]


def hessian(x, y):
    inner = y - x**2
    return [[2 - 400 * inner, -400 * x], [-400 * x, 200]]
