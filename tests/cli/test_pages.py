"""The pages of ``hesscli help`` cannot lie: what they list is what there is."""

import json
import re

import pytest

from hesscli.cli.help import TOPICS, page
from hesscli.errors import ExitStatus, HesscliError
from hesscli.language.points import read_points
from hesscli.language.problem import KEYS, read_expression
from hesscli.output.formats import ENDINGS, Format
from hesscli.verdict import EXIT


def lines(topic, kind):
    bodies = re.findall(rf"```{kind}\n(.*?)```", page(topic), re.DOTALL)
    return [tuple(map(str.strip, re.split(r"  +=>  ", line))) for body in bodies for line in body.splitlines()]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page(hesscli, topic):
    outcome = hesscli("help", topic)
    assert outcome.status == 0
    assert outcome.out == page(topic)
    assert outcome.out.startswith("# ")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_terminal_sees_no_markdown(hesscli, monkeypatch, topic):
    monkeypatch.setattr("hesscli.output.page.is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = hesscli("help", topic).out
    assert not re.search(r"^#|^\||^```", drawn, re.MULTILINE)
    assert max(map(len, drawn.splitlines())) <= 60
    words = re.findall(r"\w{5,9}", page(topic))
    assert sum(word not in drawn for word in words) < 0.02 * len(words)  # some are folded


def test_help_lists_the_topics(hesscli):
    assert all(topic in hesscli("--help").out for topic in TOPICS)
    outcome = hesscli("help", "jsn")
    assert outcome.status == 2
    assert "no help about 'jsn'; did you mean json?" in outcome.err


@pytest.mark.parametrize(("typed", "means"), lines("points", "points"))
def test_points_are_what_the_page_says(typed, means):
    assert read_points([typed], ("x", "y")).coordinates.tolist() == json.loads(means)


@pytest.mark.parametrize(("typed", "message"), lines("points", "refused"))
def test_points_are_refused_as_the_page_says(typed, message):
    with pytest.raises(HesscliError, match=re.escape(message)):
        read_points([typed], ("x", "y"))


def test_formats_and_endings_are_all_there():
    rows = re.findall(r"^\| (\w+) \| ([.\w ]+) \|", page("formats"), re.MULTILINE)
    assert {name for name, _ in rows[0:]} - {"format"} == {form.value for form in Format}
    told = {ending: name for name, endings in rows for ending in endings.split() if ending.startswith(".")}
    assert told == {ending: form.value for ending, form in ENDINGS.items()}


def test_verdicts_and_exit_statuses_are_all_there():
    rows = dict(re.findall(r"^\| `([\w -]+)` \|.*\| (\d+) \|$", page("exits"), re.MULTILINE))
    assert rows == {verdict.value: str(int(status)) for verdict, status in EXIT.items()}
    told = {int(status) for status in re.findall(r"^\| (\d+) \| ", page("exits"), re.MULTILINE)}
    assert {int(status) for status in ExitStatus} <= told


def test_the_problem_file_of_the_page_is_one(tmp_path):
    (text,) = re.findall(r"```toml\n(.*?)```", page("problems"), re.DOTALL)
    (tmp_path / "p.toml").write_text(text)
    problem = read_expression(str(tmp_path / "p.toml"))
    assert (problem.variables, problem.parameters) == (("x", "y"), (("a", 1.0), ("b", 100.0)))
    assert all(f"{key} = " in text for key in KEYS)


def test_the_requests_of_the_page_are_answered(hesscli):
    requests = [line.strip() for line in page("problems").splitlines() if line.startswith('    {"id"')]
    outcome = hesscli("batch", stdin="\n".join(requests))
    assert [found["verdict"] for found in outcome.lines] == ["agree", "agree"]
