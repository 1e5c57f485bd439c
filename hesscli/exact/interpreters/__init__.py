"""The interpreter over an expression's code list, in balls: jets in several variables, power series in one."""
