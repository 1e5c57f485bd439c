"""What products with a symmetric matrix tell of it: extreme eigenvalues, trace, spectral density, solutions.

Everything takes a SciPy ``LinearOperator`` of shape (n, n) in float64, so that a sparse matrix, a Hessian that exists
only as a product with vectors, and a network's curvature are answered by the same code. No number comes without what
it is worth: a residual that bounds the error, or a standard error; and how many products it took.
"""
