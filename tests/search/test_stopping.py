"""How long commands end when they are asked to."""

import os
import signal

from search.stopping import stop_on_signals


def test_a_signal_asks_once_and_the_handlers_are_back_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.is_set()
        assert signal.getsignal(signal.SIGTERM) is before, "a second one would kill"
    assert signal.getsignal(signal.SIGTERM) is before
