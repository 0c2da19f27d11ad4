"""What long commands show, and how they end when asked to."""

import io
import os
import signal
import time

from django.core.management.base import OutputWrapper

from search.progress import ProgressLine
from search.stopping import stop_on_signals


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_lines_come_at_intervals(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    out = io.StringIO()
    with ProgressLine("works", OutputWrapper(out)) as line:
        for done in (100, 200, 300, 1_400):
            now[0] += 2
            line.show(done, 2_000)
    assert out.getvalue() == "300 of 2,000 works\n"


def test_on_a_terminal_there_is_a_bar(capsys):
    with ProgressLine("works", OutputWrapper(Terminal())) as line:
        line.show(1, 3)
        line.show(3, 3)
    shown = capsys.readouterr().err
    assert "100%" in shown
    assert "3/3" in shown


def test_a_signal_asks_once_and_the_handlers_are_back_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.is_set()
        assert signal.getsignal(signal.SIGTERM) is before, "a second one would kill"
    assert signal.getsignal(signal.SIGTERM) is before
