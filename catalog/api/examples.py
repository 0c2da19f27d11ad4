"""Examples in the description of the API: one small invented archive."""

from typing import Any

_BASE = "https://archive.example"
_TAG = {"id": 12, "name": "Sherlock Holmes", "canonical": {"id": 12, "name": "Sherlock Holmes"}}


def _tag(pk: int, name: str) -> dict[str, Any]:
    return {"id": pk, "name": name, "canonical": {"id": pk, "name": name}}


WORK_BLURB: dict[str, Any] = {
    "id": 7,
    "url": f"{_BASE}/api/v1/works/7/",
    "web_url": f"{_BASE}/works/7/",
    "title": "The Borrowed Violin",
    "creators": [{"id": 3, "name": "Ozfan"}],
    "rating": _tag(2, "General"),
    "warnings": [_tag(7, "No Archive Warnings Apply")],
    "categories": [_tag(11, "Gen")],
    "fandoms": [_TAG],
    "relationships": [],
    "characters": [_tag(31, "John Watson")],
    "freeforms": [{"id": 44, "name": "slow burn", "canonical": {"id": 45, "name": "Slow Burn"}}],
    "language": "en",
    "summary_html": "<p>A violin comes back.</p>",
    "word_count": 4210,
    "chapter_count": 3,
    "expected_chapters": 3,
    "complete": True,
    "restricted": False,
    "anonymous": False,
    "series": [{"id": 2, "title": "Baker Street Lent and Borrowed", "position": 1}],
    "kudos_count": 12,
    "comments_count": 2,
    "bookmarks_count": 1,
    "hits": 340,
    "published_at": "2024-03-01T12:00:00Z",
    "updated_at": "2024-04-02T12:00:00Z",
    "version": 5,
    "downloads": {"epub": f"{_BASE}/api/v1/works/7/download.epub"},
    "highlights": [],
}
_HIT = {
    "html": "… over the <mark>violin</mark> case …",
    "field": "text",
    "chapter": {"id": 21, "position": 2, "url": f"{_BASE}/api/v1/chapters/21/"},
}
CHAPTER_PART: dict[str, Any] = {
    "id": 21,
    "url": f"{_BASE}/api/v1/chapters/21/",
    "web_url": f"{_BASE}/works/7/chapters/21/",
    "position": 2,
    "title": "A Visitor",
    "word_count": 1400,
    "published_on": "2024-03-15",
    "status": "posted",
    "version": 1,
}
CHAPTER: dict[str, Any] = {
    **CHAPTER_PART,
    "work": {"id": 7, "title": "The Borrowed Violin"},
    "previous": 20,
    "next": 22,
    "summary_html": "",
    "notes_html": "",
    "end_notes_html": "",
    "body_html": "<p>Over the violin case lay a letter.</p>",
}
CHAPTER_IN: dict[str, Any] = {
    "title": "A Visitor",
    "body": "<p>Over the violin case lay a letter.</p>",
    "status": "posted",
}
WORK_DETAIL: dict[str, Any] = {
    **{name: value for name, value in WORK_BLURB.items() if name != "highlights"},
    "status": "posted",
    "notes_html": "",
    "end_notes_html": "",
    "source_url": "",
    "continues_in": "",
    "chapters": [CHAPTER_PART],
}
WORK_IN: dict[str, Any] = {
    "title": "The Borrowed Violin",
    "language": "en",
    "rating": "General",
    "warnings": ["No Archive Warnings Apply"],
    "fandoms": ["Sherlock Holmes"],
    "characters": ["John Watson"],
    "status": "posted",
    "chapters": [{"title": "A Letter", "body": "<p>The violin came back on a Tuesday.</p>"}],
}
TAG: dict[str, Any] = {
    "id": 45,
    "url": f"{_BASE}/api/v1/tags/45/",
    "web_url": f"{_BASE}/tags/45-slow-burn/",
    "kind": "freeform",
    "name": "Slow Burn",
    "status": "canonical",
    "canonical": True,
    "synonym_of": None,
    "works_count": 120,
}
TAG_DETAIL: dict[str, Any] = {
    **TAG,
    "synonyms": [{"id": 44, "name": "slow burn"}],
    "parents": [],
    "children": {},
    "metatags": [],
    "subtags": [{"id": 46, "name": "Slow Burn & Pining"}],
    "redirected_from": None,
    "version": 3,
}
TAG_CHOICE: dict[str, Any] = {
    "id": 44,
    "name": "slow burn",
    "kind": "freeform",
    "status": "synonym",
    "canonical": {"id": 45, "name": "Slow Burn"},
    "works_count": 120,
}
TAG_RESOLVED = {name: value for name, value in TAG_CHOICE.items() if name != "works_count"}
CREATOR: dict[str, Any] = {
    "id": 3,
    "url": f"{_BASE}/api/v1/creators/3/",
    "web_url": f"{_BASE}/creators/3/",
    "name": "Ozfan",
    "works_count": 4,
}
SERIES: dict[str, Any] = {
    "id": 2,
    "url": f"{_BASE}/api/v1/series/2/",
    "web_url": f"{_BASE}/series/2/",
    "title": "Baker Street Lent and Borrowed",
    "creators": [{"id": 3, "name": "Ozfan"}],
    "summary_html": "",
    "notes_html": "",
    "complete": False,
    "works_count": 2,
    "word_count": 9100,
    "updated_at": "2024-04-02T12:00:00Z",
    "version": 2,
}
SERIES_DETAIL: dict[str, Any] = {
    **SERIES,
    "works": [{"id": 7, "title": "The Borrowed Violin", "position": 1}],
}


def page_of(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A page with one result."""
    return {"count": 1, "next": None, "previous": None, "results": [item], **more}


def work_list() -> dict[str, Any]:
    """A page of works."""
    return page_of(WORK_BLURB)


def chapter_list() -> dict[str, Any]:
    """A page of chapters."""
    return page_of(CHAPTER_PART)


WORK_PAGE: dict[str, Any] = page_of(
    {**WORK_BLURB, "highlights": [_HIT]},
    facets={
        "fandom": [
            {"id": 12, "value": "12", "name": "Sherlock Holmes", "count": 1, "selected": True}
        ]
    },
    did_you_mean=[],
    notices=[],
    query={"normal": "violin", "url": f"{_BASE}/api/v1/works/?q=violin&tag=12"},
)
