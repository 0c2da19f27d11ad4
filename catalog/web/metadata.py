"""What pages tell machines of their subject: schema.org as JSON-LD, drawn from the cards."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from archive.core.markup import as_markup
from catalog.models import Chapter, Kind, Series
from catalog.web.cards import WorkCard

_SCHEMA = "https://schema.org"
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_ESCAPES |= {0x2028: "\\u2028", 0x2029: "\\u2029"}
FORMATS = {
    "epub": "application/epub+zip",
    "html": "text/html",
    "txt": "text/plain",
    "md": "text/markdown",
}
Data = dict[str, Any]


def script(data: Data) -> SafeString:
    """A data block for the head of a page; no text can end it, so no script can come in."""
    text = json.dumps({"@context": _SCHEMA, **data}, ensure_ascii=False).translate(_ESCAPES)
    return as_markup(f'<script type="application/ld+json">{text}</script>')


def of_site() -> Data:
    """The archive, and how to search it."""
    home = settings.BASE_URL + reverse("home")
    target = f"{settings.BASE_URL}{reverse('works')}?q={{search_term_string}}"
    return {
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": home,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        },
    }


def of_work(card: WorkCard, chapters: Sequence[Chapter]) -> Data:
    """A work as a book, with its chapters where there are several."""
    work = card.work
    data: Data = {
        "@type": "Book",
        "@id": _at(work.get_absolute_url()),
        "url": _at(work.get_absolute_url()),
        "name": work.title,
        "author": _authors(card),
        "inLanguage": work.language_id,
        "image": _at(reverse("opds-cover", args=[work.pk])),
        "description": card.description,
        "contentRating": card.rating.name if card.rating else None,
        "about": [_thing(link.name, link.url) for link in card.fandoms],
        "character": _people(card),
        "keywords": _keywords(card),
        "datePublished": _day(work.published_at),
        "dateModified": _day(work.updated_at),
        "creativeWorkStatus": "Complete" if work.is_complete else "In progress",
        "size": {"@type": "QuantitativeValue", "value": work.word_count, "unitText": "words"},
        "isAccessibleForFree": True,
        "isPartOf": [
            {
                "@type": "BookSeries",
                "name": place.title,
                "url": _at(reverse("series", args=[place.id])),
            }
            for place in card.series
        ],
        "encoding": [
            {
                "@type": "MediaObject",
                "encodingFormat": media_type,
                "contentUrl": _at(reverse("download", args=[work.pk, extension])),
            }
            for extension, media_type in FORMATS.items()
        ],
    }
    if len(chapters) > 1:
        data["hasPart"] = [
            {
                "@type": "Chapter",
                "name": str(chapter),
                "position": chapter.position,
                "url": _at(chapter.get_absolute_url()),
            }
            for chapter in chapters
        ]
    return _given(data)


def of_chapter(card: WorkCard, chapter: Chapter) -> Data:
    """A chapter as a part of its book."""
    return _given(
        {
            "@type": "Chapter",
            "url": _at(chapter.get_absolute_url()),
            "name": str(chapter),
            "position": chapter.position,
            "inLanguage": card.work.language_id,
            "datePublished": chapter.published_on.isoformat() if chapter.published_on else None,
            "author": _authors(card),
            "isPartOf": {
                "@type": "Book",
                "@id": _at(card.work.get_absolute_url()),
                "name": card.work.title,
                "url": _at(card.work.get_absolute_url()),
            },
        }
    )


def of_series(series: Series, cards: Sequence[WorkCard]) -> Data:
    """A series with the works that its page shows."""
    return _given(
        {
            "@type": "BookSeries",
            "name": series.title,
            "url": _at(series.get_absolute_url()),
            "hasPart": [
                {
                    "@type": "Book",
                    "name": card.work.title,
                    "url": _at(card.work.get_absolute_url()),
                    "author": _authors(card),
                }
                for card in cards
            ],
        }
    )


def _authors(card: WorkCard) -> list[Data]:
    people = []
    for name in card.byline:
        person: Data = {"@type": "Person", "name": name.name}
        if name.id is not None:
            person["url"] = _at(reverse("creator", args=[name.id]))
        people.append(person)
    return people


def _people(card: WorkCard) -> list[Data]:
    return [{"@type": "Person", "name": link.name} for link in card.tags.get(Kind.CHARACTER, [])]


def _keywords(card: WorkCard) -> list[str]:
    kinds = (Kind.RELATIONSHIP, Kind.FREEFORM)
    return [link.name for kind in kinds for link in card.tags.get(kind, [])]


def _thing(name: str, path: str) -> Data:
    return {"@type": "Thing", "name": name, "url": _at(path)}


def _day(moment: Any) -> str | None:
    return moment.date().isoformat() if moment else None


def _at(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def _given(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in (None, "", [])}
