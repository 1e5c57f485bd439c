r"""LaTeX as it stands in a paper -> the tokens of our own grammar: ``\frac{x^2 y}{1+y}`` is ``((x^{2}*y)/(1+y))``.

words.py says what the commands mean, lexemes.py cuts the text, and reader.py translates by
recursive descent, upon commands.py, functions.py, names.py and cursor.py. Every token keeps its place
in the text as typed, so that errors point there. Text with a backslash or a dollar is LaTeX.
"""
