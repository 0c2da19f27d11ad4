"""What long commands show of their progress."""

import io
import sys
import time

import pytest

from archive.core.progress import ProgressBar


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The seconds that the monotonic clock shows."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_without_a_terminal_lines_come_at_intervals(clock, capsys):
    with ProgressBar("works") as progress:
        for done in (100, 200, 300, 1_400):
            clock[0] += 2
            progress.show(done, 2_000)
    assert capsys.readouterr().err == "300 of 2,000 works\n"


def test_lines_name_the_stage_where_there_are_several(clock, capsys):
    with ProgressBar() as progress:
        for stage in ("words", "filter tags"):
            clock[0] += 6
            progress.show_stage(stage, 10, 2_000)
    assert capsys.readouterr().err == "words: 10 of 2,000\nfilter tags: 10 of 2,000\n"


def test_portions_are_added_up(clock, capsys):
    with ProgressBar("works", total=20) as progress:
        progress.advance(5)
        clock[0] += 6
        progress.advance(7)
    assert capsys.readouterr().err == "12 of 20 works\n"


def test_on_a_terminal_there_is_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with ProgressBar("works") as progress:
        progress.show(1, 3)
        progress.show(3, 3)
    shown = sys.stderr.getvalue()
    assert "100%" in shown
    assert "3/3" in shown
