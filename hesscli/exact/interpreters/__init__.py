"""The interpreter over an expression's program, in balls: jets in several variables, power series in one."""
