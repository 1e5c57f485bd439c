"""Expressions from files, standard input and problem files."""

import io

import pytest

from hesscli.errors import HesscliError
from hesscli.language.points import read_points
from hesscli.language.problem import Problem, read_expression
from hesscli.language.syntax import parse


@pytest.fixture
def toml(tmp_path):
    def reader(content: str) -> Problem:
        path = tmp_path / "p.toml"
        path.write_text(content)
        return read_expression(str(path))

    return reader


def test_text_is_itself():
    assert read_expression("x**2 - y") == Problem("x**2 - y")


def test_files_and_standard_input(tmp_path):
    path = tmp_path / "f.txt"
    path.write_bytes(b"\xef\xbb\xbfa = x + 1\na**2\n")
    assert read_expression(f"@{path}").expression == "a = x + 1\na**2"
    assert read_expression("-", stdin=io.BytesIO(b"x*y\r\n")).expression == "x*y"
    assert read_expression("-", stdin=io.StringIO("x*y\n")).expression == "x*y"


def test_a_whole_problem(toml, tmp_path):
    problem = toml(
        """
        expression = '''
        r2 = x**2 + y**2     # the radius
        n*r2 + m
        '''
        variables = ["y", "x"]
        at = [["1/2", 2], [3, 4.5]]
        [parameters]
        n = 3
        m = "pi"
        """
    )
    assert problem.variables == ("y", "x")
    assert problem.parameters == (("n", 3.0), ("m", 3.141592653589793))
    assert parse(problem.expression, variables=problem.variables, parameters=dict(problem.parameters)).variables == (
        "y",
        "x",
    )
    assert read_points(problem.at, ("y", "x")).coordinates.tolist() == [[0.5, 2], [3, 4.5]]
    assert read_expression(f"@{tmp_path / 'p.toml'}") == Problem(
        problem.expression, problem.variables, problem.parameters, problem.at, str(tmp_path / "p.toml")
    )


@pytest.mark.parametrize(
    ("at", "rows"),
    [
        ("[1, 2]", [[1, 2]]),
        ('["1", "sqrt(4)"]', [[1, 2]]),
        ('"1,2"', [[1, 2]]),
        ('"y=2,x=1"', [[1, 2]]),
        ("{y = 2, x = 1}", [[1, 2]]),
        ("[{y = 2, x = 1}, {x = 3, y = 4}]", [[1, 2], [3, 4]]),
        ('["1,2", "x=3,y=4"]', [[1, 2], [3, 4]]),
        ('"0:1:2,0"', [[0, 0], [1, 0]]),
        ('"@points.csv"', [[5, 6]]),
    ],
)
def test_points(toml, tmp_path, at, rows):
    (tmp_path / "points.csv").write_text("5,6\n")
    problem = toml(f'expression = "x*y"\nat = {at}')
    assert read_points(problem.at, ("x", "y")).coordinates.tolist() == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "needs a text: expression"),
        ("expression = 3", "needs a text: expression"),
        ('expression = ""', "needs a text: expression"),
        ('expresion = "x"', "unknown key 'expresion'; did you mean expression"),
        ("x = ", "is not TOML"),
        ('expression = "x"\nat = ' + "[" * 5_000, "is not TOML"),
        ('expression = "x"\nat = true', "needs points"),
        ('expression = "x"\nat = [true]', "needs numbers as coordinates"),
        ('expression = "x"\nat = [[[[1]]]]', "needs numbers as coordinates"),
        ('expression = "x"\nvariables = 3', "needs names"),
        ('expression = "x"\nparameters = 3', "needs names and numbers"),
        ('expression = "x"\nparameters = {n = true}', "needs numbers as parameters: parameter n"),
        ('expression = "x"\nparameters = {n = inf}', "parameter n is 'inf'"),
        ('expression = "x"\nparameters = {n = "abc"}', "parameter n is 'abc'"),
    ],
)
def test_what_a_problem_file_must_not_say(toml, content, message):
    with pytest.raises(HesscliError, match=message) as caught:
        toml(content)
    assert "p.toml" in caught.value.message


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"\xff", "line 1: not UTF-8"), (b"x\n\0", "line 2: a NUL")],
)
def test_what_a_file_must_not_be(tmp_path, content, message):
    path = tmp_path / "f.txt"
    path.write_bytes(content)
    with pytest.raises(HesscliError, match=message):
        read_expression(f"@{path}")


@pytest.mark.parametrize("text", ["@", "@/no/such/file", "/no/such/file.toml", "@/"])
def test_what_cannot_be_read(text):
    with pytest.raises(HesscliError):
        read_expression(text)
