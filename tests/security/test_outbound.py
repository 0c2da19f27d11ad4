"""The guard of tests/conftest.py sees what leaves this machine."""

import socket

import pytest


def test_a_connection_to_another_host_fails_the_test():
    with socket.socket() as out, pytest.raises(AssertionError, match=r"198\.51\.100\.1"):
        out.connect(("198.51.100.1", 80))
