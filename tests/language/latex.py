r"""Is it maths that TeX would take? Braces, ``\left`` and ``\right``, environments, no script upon a script."""

import re

WORD = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)


def check(latex: str) -> None:
    """Raise AssertionError, naming what does not fit."""
    open_: list[str] = []
    words = WORD.findall(latex)
    for k, word in enumerate(words):
        if word in ("{", r"\left"):
            open_.append(word)
        elif word in ("}", r"\right"):
            assert open_, f"{word} closes nothing in {latex}"
            assert open_.pop() == ("{" if word == "}" else r"\left"), latex
        elif word in (r"\begin", r"\end"):
            name = "".join(words[k + 1 : words.index("}", k) + 1])
            if word == r"\begin":
                open_.append(name)
            else:
                assert open_.pop() == name, latex
        elif word in ("^", "_"):
            assert words[k + 1] == "{" or words[k + 1].isdecimal(), f"a script without braces in {latex}"
        elif word == "&":
            assert any(name.startswith(("{cases", "{bmatrix", "{array", "{align")) for name in open_), latex
    assert not open_, f"{open_} never closed in {latex}"
    assert not re.search(r"\^\{(?:[^{}]|\{[^{}]*\})*\}\^", latex), f"a double superscript in {latex}"
