"""Free ports for servers that tests start."""

import os
import socket
from itertools import count

# Below the range from which systems take the ports of outgoing connections (32768 on Linux).
_FIRST, _LAST = 18_000, 30_000
_turns = count(os.getpid() * 7)


def free_port() -> int:
    """A port of this machine that nobody listens on.

    Between this answer and the server's start anybody may take it. So it is none that the system
    itself gives away, and each process of a test run begins its search elsewhere.
    """
    for turn in _turns:
        port = _FIRST + turn % (_LAST - _FIRST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("Counting does not end.")
