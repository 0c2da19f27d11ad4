"""Disks of a chosen size, and disks whose power goes: mounted by root, or not measured at all."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def needs_mounts() -> None:
    """Skip, saying so, where nothing can be mounted: then nothing was measured."""
    if os.geteuid() != 0:
        pytest.skip("not measured: mounting needs root")
    for program in ("mount", "umount", "mkfs.ext4"):
        if shutil.which(program) is None:
            pytest.skip(f"not measured: {program} is not installed")


def _run(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        pytest.skip(f"not measured: {' '.join(arguments[:2])} failed: {done.stderr.strip()}")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk in memory of so many megabytes at ``folder``."""
    needs_mounts()
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607


def new_image(image: Path, megabytes: int) -> None:
    """An empty ext4 in a file."""
    needs_mounts()
    with image.open("wb") as handle:
        handle.truncate(megabytes * 2**20)
    _run("mkfs.ext4", "-q", "-F", str(image))


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    """The file system in ``image`` at ``folder``; its journal is replayed as after a power cut."""
    needs_mounts()
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607
