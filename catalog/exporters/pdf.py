"""Works as PDF, set from their HTML by WeasyPrint where that optional engine is installed."""

import logging
from functools import lru_cache
from importlib import import_module
from typing import Any

from catalog.exporters.content import ExportBook, ExportWork
from catalog.exporters.page import book_to_html, to_html


class PdfError(RuntimeError):
    """The engine is there but could not set this text."""


def is_available() -> bool:
    """Whether WeasyPrint and the libraries that it needs are installed."""
    return _engine() is not None


def to_pdf(work: ExportWork) -> bytes:
    """The work as PDF. Raises PdfError."""
    return _set(to_html(work), work.identifier)


def book_to_pdf(book: ExportBook) -> bytes:
    """Several works as one PDF. Raises PdfError."""
    return _set(book_to_html(book), book.identifier)


def _set(page: bytes, identifier: str) -> bytes:
    engine = _engine()
    if engine is None:
        raise PdfError("WeasyPrint is not installed.")
    # Nothing is fetched: a text must not make the archive ask other hosts, or read its files.
    nobody = import_module("weasyprint.urls").URLFetcher(allowed_protocols=())
    document = engine.HTML(string=page.decode(), url_fetcher=nobody)
    return bytes(document.write_pdf(pdf_identifier=identifier.encode()))


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The library, or None: it is missing, or Pango is (OSError). Imported late, for it is large."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it tells every page otherwise
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None
