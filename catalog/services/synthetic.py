"""A synthetic archive for load: realistic numbers of tags, words and dates, written in bulk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from django.db import transaction
from django.utils import timezone

from archive.core.html import SANITISER_VERSION
from archive.core.text import fold_name, sort_title
from catalog.models import Chapter, Creator, Creatorship, Kind, Tag, Work, WorkTag
from catalog.services.changes import mark_works
from catalog.services.filtering import refresh_works
from catalog.services.synthetic_tags import (
    CATEGORY_SHARES,
    RATING_SHARES,
    WARNING_SHARES,
    TagPool,
    make_pool,
)
from catalog.services.synthetic_words import Prose

BATCH = 500
_LANGUAGES = {"en": 0.93, "zh": 0.02, "es": 0.015, "ru": 0.015, "fr": 0.01, "de": 0.01}
_FIRST_DAY = datetime(2008, 1, 1, tzinfo=UTC)
_CHAPTER_WORDS = 5_000


@dataclass(frozen=True)
class SyntheticPlan:
    """What to make: ``works`` works, with full texts when ``chapters``; ``seed`` decides all."""

    works: int
    chapters: bool = False
    seed: int = 1


def make_catalogue(
    plan: SyntheticPlan, *, texts: Path, corpus: Path | None, report: Callable[[int], None]
) -> None:
    """Write the archive in batches, each in its own transaction; ``report`` gets each size."""
    with transaction.atomic():
        pool = make_pool(corpus, plan.works)
        creators = _creators(max(1, plan.works // 4))
    prose = Prose(texts)
    for number, start in enumerate(range(0, plan.works, BATCH)):
        size = min(BATCH, plan.works - start)
        rng = np.random.default_rng((plan.seed, number))
        with transaction.atomic():
            _batch(plan, size, rng, prose, pool, creators)
        report(size)


def _batch(
    plan: SyntheticPlan,
    size: int,
    rng: np.random.Generator,
    prose: Prose,
    pool: TagPool,
    creators: list[Creator],
) -> None:
    drafts = [_work(rng, prose, plan) for _ in range(size)]
    works = Work.everything.bulk_create([work for work, _ in drafts])
    chapters = [
        chapter
        for work, (_, lengths) in zip(works, drafts, strict=True)
        for chapter in _chapters(work, lengths, rng, prose)
    ]
    Chapter.everything.bulk_create(chapters, batch_size=200)
    Creatorship.objects.bulk_create(
        [
            Creatorship(work=work, creator=creators[place], position=0)
            for work, place in zip(works, rng.integers(0, len(creators), size), strict=True)
        ]
    )
    WorkTag.objects.bulk_create(
        [row for work in works for row in _tags(work, rng, pool)], batch_size=5_000
    )
    refresh_works([work.pk for work in works])
    mark_works([work.pk for work in works])


def _work(rng: np.random.Generator, prose: Prose, plan: SyntheticPlan) -> tuple[Work, list[int]]:
    days = (timezone.now() - _FIRST_DAY).days - 1
    published = _FIRST_DAY + timedelta(
        days=int(days * float(rng.random()) ** 0.6), hours=int(rng.integers(0, 24))
    )
    words = int(np.clip(rng.lognormal(7.9, 1.1), 100, 200_000)) if plan.chapters else 60
    lengths = [words] if words < _CHAPTER_WORDS or rng.random() < 0.3 else []
    while sum(lengths) < words:
        lengths.append(int(np.clip(rng.normal(3_000, 900), 600, _CHAPTER_WORDS)))
    is_complete = bool(rng.random() < 0.82)
    updated = min(
        published + timedelta(days=int(rng.exponential(20)) * (len(lengths) - 1)),
        timezone.now() - timedelta(hours=1),
    )
    title = prose.title(rng)
    kudos = int(rng.pareto(0.9) * 12)
    work = Work(
        title=title,
        sort_title=sort_title(title, "en"),
        language_id=str(rng.choice(list(_LANGUAGES), p=list(_LANGUAGES.values()))),
        status=Work.Status.POSTED,
        is_restricted=bool(rng.random() < 0.04),
        summary_source="",
        summary_html=prose.html(rng, int(rng.integers(15, 60))),
        sanitiser_version=SANITISER_VERSION,
        expected_chapters=len(lengths) if is_complete else None,
        is_complete=is_complete,
        chapter_count=len(lengths),
        word_count=sum(lengths),
        published_at=published,
        updated_at=updated,
        kudos_count=kudos,
        hits_count=kudos * int(rng.integers(8, 30)),
        bookmarks_count=kudos // int(rng.integers(3, 9)),
        comments_count=kudos // int(rng.integers(4, 14)),
    )
    return work, lengths


def _chapters(
    work: Work, lengths: list[int], rng: np.random.Generator, prose: Prose
) -> list[Chapter]:
    rows = []
    first = work.published_at or timezone.now()
    last = work.updated_at or first
    for position, length in enumerate(lengths, start=1):
        html = prose.html(rng, length)
        rows.append(
            Chapter(
                work=work,
                position=position,
                title=prose.title(rng) if len(lengths) > 1 else "",
                source=html,
                html=html,
                sanitiser_version=SANITISER_VERSION,
                word_count=length,
                status=Chapter.Status.POSTED,
                published_on=(last if position == len(lengths) else first).date(),
            )
        )
    return rows


def _tags(work: Work, rng: np.random.Generator, pool: TagPool) -> list[WorkTag]:
    chosen: list[Tag] = []
    for kind, shares in (
        (Kind.RATING, RATING_SHARES),
        (Kind.WARNING, WARNING_SHARES),
        (Kind.CATEGORY, CATEGORY_SHARES),
    ):
        names = [name for name in shares if name in pool.closed.get(kind, {})]
        weights = np.array([shares[name] for name in names])
        chosen.append(
            pool.closed[kind][names[int(rng.choice(len(names), p=weights / weights.sum()))]]
        )
    fandoms = [
        pool.fandoms[place]
        for place in pool.zipf(rng, len(pool.fandoms), 1 + int(rng.random() < 0.15))
    ]
    chosen += fandoms
    for fandom in fandoms[:2]:
        cast = pool.characters[fandom.pk]
        chosen += [cast[p] for p in pool.zipf(rng, len(cast), 1 + int(rng.poisson(1.8)))]
        if rng.random() < 0.8:
            chosen.append(pool.relationships[fandom.pk][pool.zipf(rng, 5, 1)[0]])
    for place in pool.zipf(rng, len(pool.freeforms), 1 + int(rng.poisson(3.2))):
        typed = place // 8
        use_synonym = place % 8 == 0 and typed < len(pool.typed_freeforms) and rng.random() < 0.3
        chosen.append(pool.typed_freeforms[typed] if use_synonym else pool.freeforms[place])
    unique = {tag.pk: tag for tag in chosen}
    places: dict[str, int] = {}
    rows = []
    for tag in unique.values():
        position = places.get(tag.kind, 0)
        places[tag.kind] = position + 1
        rows.append(WorkTag(work=work, tag=tag, name=tag.name, position=position))
    return rows


def _creators(count: int) -> list[Creator]:
    names = [f"Synthetic {number}" for number in range(1, count + 1)]
    rows = [Creator(name=name, folded=fold_name(name)) for name in names]
    Creator.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
    return list(Creator.objects.filter(name__startswith="Synthetic ").order_by("pk"))
