"""Finds the corpus of real input that lies beside the checkout, or skips the test."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus_path(*parts: str) -> Path:
    """A path in the corpus; skips the calling test with the reason when it is not there."""
    path = Path(os.environ.get("UNDERCROFT_CORPUS", _BESIDE)).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the corpus has no {'/'.join(parts)}: set UNDERCROFT_CORPUS to its folder")
    return path
