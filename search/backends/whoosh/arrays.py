"""Files of named arrays: written once, checksummed, read through a memory map."""

import json
import mmap
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

MAGIC = b"UCARRAY1"
_ALIGNMENT = 64
_BLOCK = 1 << 22
_TAIL = 8 + 8 + 4 + len(MAGIC)

Array = npt.NDArray[Any]


class TornFile(OSError):
    """A file of arrays is incomplete or was changed."""


class ArrayFileWriter:
    """Writes arrays one behind the other; the table of contents stands at the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._table: dict[str, dict[str, Any]] = {}
        self._offset = 0
        self._write(MAGIC)

    def add(self, name: str, array: Array) -> None:
        """Append one array under a name that is not taken yet."""
        if name in self._table:
            raise ValueError(f"There is an array {name} already.")
        array = np.ascontiguousarray(array)
        self._write(b"\0" * (-self._offset % _ALIGNMENT))
        data = _bytes_of(array)
        self._table[name] = {
            "type": array.dtype.newbyteorder("<").str,
            "shape": list(array.shape),
            "offset": self._offset,
            "crc": zlib.crc32(data),
        }
        self._write(data)

    def add_spool(self, name: str, spool: "Spool") -> None:
        """Append one array that was written to a spool."""
        self._write(b"\0" * (-self._offset % _ALIGNMENT))
        start, checksum = self._offset, 0
        for data in spool.pieces():
            checksum = zlib.crc32(data, checksum)
            self._write(data)
        kind = spool.kind.newbyteorder("<").str
        self._table[name] = {
            "type": kind,
            "shape": [spool.count],
            "offset": start,
            "crc": checksum,
        }

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the table of contents with some facts; the stream stays open."""
        header = json.dumps({"arrays": self._table, "facts": facts}).encode()
        start = self._offset
        self._write(header)
        self._write(start.to_bytes(8, "little") + len(header).to_bytes(8, "little"))
        self._write(zlib.crc32(header).to_bytes(4, "little") + MAGIC)

    def _write(self, data: bytes | memoryview) -> None:
        self._stream.write(data)
        self._offset += len(data)


class Spool:
    """An array of numbers that grows in a nameless file and not in the memory."""

    def __init__(self, folder: Path, kind: np.dtype) -> None:
        self.kind = kind
        self.count = 0
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def add(self, values: Array) -> None:
        """Append numbers, none of which is too large for the array."""
        self.count += len(values)
        self._file.write(_bytes_of(np.ascontiguousarray(values.astype(self.kind, copy=False))))

    def pieces(self) -> Iterator[bytes]:
        """Everything that was appended, in blocks."""
        self._file.seek(0)
        while data := self._file.read(_BLOCK):
            yield data


class ArrayFile:
    """A finished file; arrays are views on the map and cost nothing until they are read.

    Opening checks the frame and the table of contents, ``faults`` every byte. Raises TornFile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            if size < len(MAGIC) + _TAIL:
                raise TornFile(f"{path.name} is cut off: it has {size} bytes.")
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        header = self._header(size)
        self.facts: dict[str, Any] = header["facts"]
        self._table: dict[str, dict[str, Any]] = header["arrays"]
        self._views: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        view = self._views.get(name)
        if view is None:
            entry = self._table[name]
            shape = entry["shape"]
            count = int(np.prod(shape, dtype=np.int64))
            view = np.frombuffer(self._map, entry["type"], count, entry["offset"]).reshape(shape)
            self._views[name] = view
        return view

    def names(self) -> list[str]:
        """The names of all arrays."""
        return list(self._table)

    def let_go(self) -> None:
        """Take the pages read so far off this process; what is read again comes back by itself."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def faults(self) -> Iterator[str]:
        """A sentence for each array whose bytes are not those that were written."""
        for name, entry in self._table.items():
            view = self[name]
            if zlib.crc32(_bytes_of(view)) != entry["crc"]:
                yield f"{self.path.name}: the array {name} is not what was written."

    def _header(self, size: int) -> dict[str, Any]:
        tail = self._map[size - _TAIL :]
        start = int.from_bytes(tail[:8], "little")
        length = int.from_bytes(tail[8:16], "little")
        if tail[20:] != MAGIC or self._map[: len(MAGIC)] != MAGIC:
            raise TornFile(f"{self.path.name} is torn: its frame is missing.")
        data = self._map[start : start + length]
        if len(data) != length or zlib.crc32(data) != int.from_bytes(tail[16:20], "little"):
            raise TornFile(f"{self.path.name} is torn: its table of contents is damaged.")
        header: dict[str, Any] = json.loads(data)
        return header


def _bytes_of(array: Array) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8).data)


def narrow(values: Array) -> Array:
    """The same whole numbers, none negative, in the fewest bytes."""
    top = int(values.max()) if len(values) else 0
    for kind in (np.uint8, np.uint16, np.uint32):
        if top <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.uint64)


def starts_of(sorted_values: Array, count: int) -> Array:
    """Where each of the numbers 0 to ``count`` begins in a sorted array; the last is its end."""
    return np.searchsorted(sorted_values, np.arange(count + 1)).astype(np.uint64)


def distinct(values: Array) -> Array:
    """The values in rising order, each once; numpy's own way of it is slower by far."""
    values = np.sort(values)
    if len(values) < 2:
        return values
    return values.compress(np.concatenate(([True], values[1:] != values[:-1])))


def where_any(values: Array) -> Array:
    """Where the numbers are not 0; without the way over truth values it takes several times as long."""
    places: Array = (values != 0).nonzero()[0]
    return places


def edges_of(values: Array) -> Array:
    """Where runs of equal values begin."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))


def lengths_of(starts: Array) -> npt.NDArray[np.int64]:
    """How many entries lie between each start and the next."""
    places = starts.astype(np.int64)
    return places[1:] - places[:-1]


def ranges(starts: Array, ends: Array) -> Array:
    """The numbers of all the ranges, one range after the other."""
    lengths = (ends - starts).astype(np.int64)
    total = int(lengths.sum())
    if not total:
        return np.empty(0, np.int64)
    steps = np.ones(total, np.int64)
    kept = lengths > 0
    firsts = starts[kept].astype(np.int64)
    at = np.cumsum(lengths[kept])[:-1]
    steps[0] = firsts[0]
    steps[at] = firsts[1:] - (firsts[:-1] + lengths[kept][:-1] - 1)
    return np.cumsum(steps)
