"""The house: who may import whom, what a command may load, and that nobody goes in circles."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.imports import circles, declared, graph, imported, modules, rooms

LAW: dict[str, str] = {
    # what everybody may know
    "errors": "",
    "guard": "",
    "child": "errors guard",
    "accuracy": "",
    "machine": "",
    "language": "errors",
    "quantities": "",
    "request": "errors language quantities",
    "versions": "",
    "pythonfile": "errors language",
    "options": "errors request",
    "result": "errors operators quantities request",
    # the witnesses, who never meet
    "tape": "accuracy child errors guard language request result",
    "exact": "accuracy child errors language request result",
    # both side by side
    "verdict": "accuracy errors options request result",
    "explain": "accuracy errors exact language options request result tape verdict",
    "compute": "errors exact explain language options request result tape verdict versions",
    "partitions": "child compute elements errors exact explain language operators options request result versions",
    "operators": "errors",
    "elements": "accuracy errors exact language machine operators options request result tape verdict versions compute",
    "checking": "accuracy child compute errors exact language model options pythonfile request result tape.quiet",
    "python": "checking compute elements errors exact language model operators options quantities request result",
    "model": (
        "accuracy compute errors exact language machine operators options partitions pythonfile request result "
        "tape.graphs tape.quiet verdict versions"
    ),
    "audit": "accuracy errors exact language options request result tape versions",
    # what comes out
    "code": "errors language",
    "output": (
        "accuracy audit.report checking.report elements.report errors language model.report "
        "operators.report quantities request result versions"
    ),
    "cli": (
        "audit checking code compute elements errors exact guard language model options output partitions pythonfile "
        "quantities request result verdict"
    ),
    # names only
    "__main__": "cli",
    "__init__": "errors language options python result",
}
"""Room, or module beside them -> the rooms, or modules, that it may import from."""

CIRCLES: list[tuple[str, ...]] = []
"""Modules that import each other; a circle that is gone leaves this table."""

OWNERS = {
    "tensorflow": {"tape"},
    "keras": {"tape", "model"},
    "h5py": {"model"},
    "pyarrow": {"language", "output"},
    "flint": {"exact"},
    "sympy": {"exact"},
    "mpmath": set[str](),
    "scipy": {"elements", "model", "operators", "output"},
    "typer": {"cli"},
    "click": set[str](),
    "rich": {"cli", "output"},
    "subprocess": {"child"},
    "distributed": {"partitions"},
    "multiprocessing": set[str](),
}
"""Library -> the rooms that may import it."""


def room(name: str) -> str:
    """The first part below hesscli; of the package itself ``__init__``."""
    return next(rooms(name), "__init__")


def test_every_room_imports_only_what_it_may():
    offences = {
        (name.removeprefix("hesscli."), other.removeprefix("hesscli."))
        for name, others in graph().items()
        for other in others
        if room(other) != room(name) and not {*rooms(other)} & {*LAW[room(name)].split()}
    }
    assert offences == set()


def test_every_permission_is_used():
    used: dict[str, set[str]] = {}
    for name, others in graph().items():
        for other in others:
            if room(other) != room(name):
                used.setdefault(room(name), set()).update(rooms(other))
    assert {name: set(may.split()) - used.get(name, set()) for name, may in LAW.items()} == {
        name: set() for name in LAW
    }


def test_nobody_goes_in_circles():
    assert circles(graph()) == CIRCLES


def test_the_name_of_a_class_means_one_thing():
    homes: dict[str, list[str]] = {}
    for name, path in modules().items():
        for word in declared(path.read_text()):
            homes.setdefault(word, []).append(name.removeprefix("hesscli."))
    classes = {word for path in modules().values() for word in declared(path.read_text(), classes=True)}
    assert {word: home for word, home in homes.items() if word in classes and len(home) > 1} == {}


def test_libraries_stay_in_their_rooms():
    for name, path in modules().items():
        for library in {wanted.split(".")[0] for wanted in imported(path.read_text())}:
            assert room(name) in OWNERS.get(library, {room(name)}), f"{name} imports {library}"


def test_the_reader_of_imports_sees_them_all():
    text = (
        "import a.b\nfrom c import d as e\nif TYPE_CHECKING:\n    import f\n"
        "def g():\n    try:\n        from h.i import (j, k)\n    except ImportError:\n        import l as m\n"
        "n = importlib.import_module('o.p')\nq = import_module('r')\ns = import_module(f'{t}.u')\n"
    )
    assert imported(text) == {"a.b", "c", "c.d", "f", "h.i", "h.i.j", "h.i.k", "l", "o.p", "r"}
    edges = {"a": "b", "b": "cd", "c": "a", "d": "d", "e": "a", "f": "g", "g": ""}
    assert circles(edges) == [("a", "b", "c"), ("d",)]


def loaded_by(*arguments: str) -> tuple[set[str], int]:
    code = (
        "import sys\nfrom hesscli.__main__ import main\nstatus = 0\n"
        "try:\n    main()\nexcept SystemExit as end:\n    status = end.code or 0\n"
        "sys.stderr.write('\\n@' + ' '.join(sys.modules)); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
    return set(done.stderr.rsplit("@", 1)[1].split()), done.returncode


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["hessian", "--help"], 0),
        (["functions"], 0),
        (["hessian", "sn(x)", "--at", "1"], 2),
        (["hessian", "x**", "--at", "1"], 2),
    ],
)
def test_what_needs_no_numbers_loads_neither_tensorflow_nor_sympy(arguments, status):
    modules, code = loaded_by(*arguments)
    assert code == status
    assert not modules & {"tensorflow", "keras", "sympy", "flint", "mpmath", "scipy"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_reads_no_expression_loads_no_language(option):
    modules, _ = loaded_by(option)
    assert "hesscli.cli.app" in modules
    assert not modules & {"numpy", "hesscli.request", "hesscli.language.syntax", "hesscli.language.functions"}


def test_what_an_answer_holds_needs_no_library():
    homes = "hesscli.elements.report, hesscli.model.report, hesscli.output.model"
    code = f"import {homes}, sys; print(sorted(set(sys.modules) & {{'tensorflow', 'sympy', 'scipy', 'flint'}}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_importing_the_package_loads_nothing_heavy():
    code = "import hesscli, sys; print(sorted(set(sys.modules) & {'tensorflow', 'sympy', 'numpy', 'flint'}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
