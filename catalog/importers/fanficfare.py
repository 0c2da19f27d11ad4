"""Reads what FanFicFare, a download program, says about a story in the EPUBs it makes."""

import posixpath
import re

from catalog.importers.base import ImportedWork
from catalog.importers.epub_metadata import subjects_of
from catalog.importers.epub_package import Package
from catalog.importers.html_head import lines_of
from catalog.importers.markup import body_of
from catalog.importers.text_head import Head, read_head
from catalog.importers.text_labels import Label
from catalog.importers.text_meta import apply_labels
from catalog.importers.text_model import Text

_IDENTIFIER = re.compile(r"(?:fanficfare|fanficdownloader|fanficdl)-uid:", re.IGNORECASE)
_TITLE_PAGE = re.compile(r"title[_-]?page", re.IGNORECASE)
_DC = "{http://purl.org/dc/elements/1.1/}"
# What the program puts among the subjects by default and is no tag.
_NO_TAG = re.compile(
    r"FanFiction|Completed?|In-Progress|Last Update.*|\d{4}[-/]\d\d?(?:[-/]\d\d?)?", re.IGNORECASE
)


def is_fanficfare(package: Package) -> bool:
    """Whether the program made the book, by the identifier that it writes."""
    return any(
        _IDENTIFIER.match("".join(element.itertext()).strip())
        for element in package.metadata.iter(f"{_DC}identifier")
    )


def read_title_page(package: Package, work: ImportedWork) -> None:
    """Fill tags, dates and completeness from the table of the title page.

    Subjects that it names nowhere are tags of no known kind: they become freeform tags.
    """
    # The shown list of subjects is of no use: they are taken.
    work.notices = list(package.notices)
    for item in package.spine[:3]:
        if _TITLE_PAGE.fullmatch(posixpath.splitext(posixpath.basename(item.path))[0]):
            body = body_of(package.document(item))
            text = Text.of("\n".join([*lines_of(body), "", "The story.", ""]))
            head = read_head(text, Head(work.title, list(work.creators)))
            # Tells the reader of labels that the categories of this file are fandoms.
            labels = [*head.labels, Label("packaged", "Packaged", ["yes"])]
            if any(label.key == "summary" for label in labels):
                work.summary_html = ""
            apply_labels(work, labels)
    _untyped_subjects(package, work)


def _untyped_subjects(package: Package, work: ImportedWork) -> None:
    known = {name for names in work.tags.values() for name in names}
    free = [
        subject
        for subject in dict.fromkeys(subjects_of(package))
        if subject not in known and not _NO_TAG.fullmatch(subject)
    ]
    if free:
        work.tags.setdefault("freeform", []).extend(free)
