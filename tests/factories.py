"""One builder for each model: minimal and valid, straight into the tables."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from archive.accounts.models import User
from archive.core.html import SANITISER_VERSION
from archive.core.text import fold_name, sort_title
from archive.core.wordcount import count_words
from catalog.models import (
    Chapter,
    Creator,
    Creatorship,
    Kind,
    Series,
    SeriesWork,
    Tag,
    Work,
    WorkTag,
)
from catalog.services.counting import recount_work
from catalog.services.filtering import refresh_works
from catalog.tagwords import index_words

_numbers = count(1)
PUBLISHED = datetime(2024, 3, 1, 12, tzinfo=UTC)


def make_user(username: str = "", **values: Any) -> User:
    """An account that cannot sign in with a password."""
    user = User(username=username or f"user{next(_numbers)}", **values)
    user.set_unusable_password()
    user.save()
    return user


def make_tag(kind: str, name: str = "", **values: Any) -> Tag:
    """A canonical tag, or the one that is there."""
    name = name or f"{kind} {next(_numbers)}"
    values.setdefault("is_canonical", values.get("synonym_of") is None)
    tag, is_new = Tag.objects.get_or_create(
        kind=kind, folded=fold_name(name), defaults={"name": name, **values}
    )
    if is_new:
        index_words([tag])
    return tag


def make_creator(name: str = "", user: User | None = None) -> Creator:
    """A pen name."""
    name = name or f"Pen {next(_numbers)}"
    creator, _ = Creator.objects.get_or_create(
        folded=fold_name(name), defaults={"name": name, "user": user}
    )
    return creator


def make_chapter(work: Work, text: str = "", **values: Any) -> Chapter:
    """The next chapter of a work, in the state of the work."""
    html = text if text.startswith("<") else f"<p>{text or 'It was a quiet night.'}</p>"
    values.setdefault("status", work.status)
    values.setdefault("published_on", PUBLISHED.date())
    position = Chapter.everything.filter(work=work).count() + 1
    return Chapter.everything.create(
        work=work,
        position=values.pop("position", position),
        source=html,
        html=html,
        word_count=count_words(html),
        sanitiser_version=SANITISER_VERSION,
        **values,
    )


def make_work(
    title: str = "",
    *,
    text: str | None = "It was a quiet night.",
    tags: dict[str, list[str]] | None = None,
    creators: list[Creator] | None = None,
    **values: Any,
) -> Work:
    """A posted work with one chapter, a fandom, a rating and a warning; counted and filtered."""
    title = title or f"Work {next(_numbers)}"
    values.setdefault("status", "posted")
    values.setdefault("published_at", PUBLISHED)
    values.setdefault("updated_at", PUBLISHED)
    work = Work.everything.create(
        title=title,
        sort_title=sort_title(title, "en"),
        language_id=values.pop("language", "en"),
        sanitiser_version=SANITISER_VERSION,
        **values,
    )
    for place, creator in enumerate(creators or [make_creator()]):
        Creatorship.objects.create(work=work, creator=creator, position=place)
    if text is not None:
        make_chapter(work, text)
    named = {
        Kind.FANDOM: ["Sherlock Holmes"],
        Kind.RATING: ["General"],
        Kind.WARNING: ["No Archive Warnings Apply"],
        **(tags or {}),
    }
    for kind, names in named.items():
        for place, name in enumerate(names):
            WorkTag.objects.create(work=work, tag=make_tag(kind, name), name=name, position=place)
    refresh_work(work)
    return work


def refresh_work(work: Work) -> None:
    """Recount a work and its filter tags, as every service does."""
    recount_work(work)
    work.save()
    refresh_works([work.pk])
    work.refresh_from_db()


def make_series(*works: Work, title: str = "") -> Series:
    """A series of these works in this order."""
    title = title or f"Series {next(_numbers)}"
    series = Series.objects.create(title=title, sort_title=sort_title(title, "en"))
    for place, work in enumerate(works, start=1):
        SeriesWork.objects.create(series=series, work=work, position=place)
        series.creators.add(*Creator.objects.filter(creatorships__work=work))
    return series
