"""Finds the corpus of real input that lies beside the checkout, or skips the test."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus_dir() -> Path | None:
    """The folder of the corpus, None where there is none."""
    folder = Path(os.environ.get("UNDERCROFT_CORPUS", _BESIDE))
    return folder if folder.is_dir() else None


def corpus_path(*parts: str) -> Path:
    """A path in the corpus; skips the calling test with the reason when it is not there."""
    folder = corpus_dir()
    if folder is None or not folder.joinpath(*parts).exists():
        pytest.skip(f"the corpus has no {'/'.join(parts)}: set UNDERCROFT_CORPUS to its folder")
    return folder.joinpath(*parts)
