"""Works as PDF, set from their HTML by WeasyPrint where that optional engine is installed."""

from functools import lru_cache
from importlib import import_module
from typing import Any, NoReturn

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
    document = engine.HTML(string=page.decode(), url_fetcher=_refuse)
    return bytes(document.write_pdf(pdf_identifier=identifier.encode()))


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The library, or None: it is missing, or Pango is (OSError). Imported late, for it is large."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    """Nothing is fetched: a text must not make the archive ask other hosts."""
    raise ValueError(f"{url[:80]} is not fetched")
