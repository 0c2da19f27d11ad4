"""Search documents for the tests of the engines: short to write, valid as they are."""

from typing import Any

from catalog.documents import Document

KINDS = {1: "fandom", 2: "character", 3: "relationship", 4: "freeform", 5: "rating", 6: "warning"}
"""The kind of a test's tag is told by the first digit of its id."""

NUMBERS = ("words", "chapters", "kudos", "comments", "bookmarks", "hits")
FLAGS = ("complete", "crossover", "single_chapter", "one_pairing", "restricted")


def kind_of(tag: int) -> str:
    """The kind of a tag in these tests."""
    return KINDS[int(str(tag)[0])]


def make_document(work_id: int, title: str = "A Work", text: str = "", **values: Any) -> Document:
    """A public document; ``numbers`` and ``flags`` need only what differs."""
    direct = tuple(values.pop("direct_tags", ()))
    filters = tuple(values.pop("filter_tags", direct))
    numbers = {**dict.fromkeys(NUMBERS, 1), **values.pop("numbers", {})}
    flags = {**dict.fromkeys(FLAGS, False), **values.pop("flags", {})}
    creators = values.pop("creators", ("Ozfan",))
    chapters = values.pop("chapters", (("", text),))
    defaults: dict[str, Any] = {
        "version": 1,
        "language": "en",
        "summary": "",
        "notes": "",
        "creator_ids": (),
        "series": (),
        "series_ids": (),
        "tag_names": {},
        "tags": direct,
        "published": 1_600_000_000,
        "updated": 1_600_000_000 + work_id,
        "sort_title": title.lower(),
        "sort_creator": creators[0].lower(),
        "audience": frozenset({"public"}),
    }
    return Document(
        id=work_id,
        title=title,
        chapters=chapters,
        creators=creators,
        filter_tags=filters,
        direct_tags=direct,
        tag_kinds={tag: kind_of(tag) for tag in {*direct, *filters}},
        numbers=numbers,
        flags=flags,
        **{**defaults, **values},
    )


def as_mapping(*documents: Document) -> dict[int, Document]:
    """Documents by id, as engines take them."""
    return {document.id: document for document in documents}
