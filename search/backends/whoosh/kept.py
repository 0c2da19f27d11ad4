"""Remembers what was worked out, up to a number of bytes."""

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Value = TypeVar("Value", bound=_Sized)


class Kept(Generic[Value]):
    """Values by key; when they need more bytes than allowed the oldest go.

    Threads may share it: at worst something is worked out twice, or counted a little wrong until
    the next value goes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[Hashable, Value] = {}
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made when it is not remembered."""
        value = self._values.get(key)
        if value is None:
            value = make()
            self.keep(key, value)
        return value

    def known(self, key: Hashable) -> Value | None:
        """The value of a key where it is remembered."""
        return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> None:
        """Remember a value that is not known yet."""
        self._values[key] = value
        self.nbytes += value.nbytes
        if self.nbytes > self._limit:
            self._forget()

    def _forget(self) -> None:
        for key in list(self._values):
            if self.nbytes <= self._limit:
                return
            gone = self._values.pop(key, None)
            if gone is not None:
                self.nbytes -= gone.nbytes
