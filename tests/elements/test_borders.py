import numpy as np
import pytest

from hesscli.elements.borders import at_borders
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations

ROWS = {
    "Mod(i + n/2, 5)*x[i]": [],
    "floor(i/3)*x[i] + abs(i - 3)*x[i]**2": [],
    "floor(i*n/7)*x[i]": [],
    "floor(i*(1/3))*x[i]": [0, 3, 6, 9],  # the double nearest 1/3, times 3, is not 1
    "Mod(i*0.2, 1)*x[i]": [0, 5, 10],
    "abs(x[i] - x[4])": [4],
}


@pytest.mark.parametrize("body", ROWS)
def test_whole_numbers_are_at_no_border_that_rounding_could_cross(body):
    (element,) = read_program(f"Sum({body}, (i, 0, n-1))", Declarations({"n": 12.0}, sizes={"x": 12})).elements
    assert at_borders(element, np.linspace(0.3, 1, 12)).tolist() == ROWS[body]
