"""Works in a list, drawn in one pass: a page holds twenty, and a template takes twice its time.

End tags that HTML lets one leave out are left out. Every text is escaped where it is put in; summaries were sanitised when they were written, passages
when they were found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils.formats import date_format, get_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from archive.core.html_anchors import anchors_at
from archive.core.markup import as_markup
from catalog.blurbrows import SeriesPlace
from catalog.finder import Snippet
from catalog.models import Kind, Work
from catalog.web.cards import TagLink, WorkCard

_KINDS: dict[str, str] = {kind: f' class="{kind}"' for kind in (Kind.RELATIONSHIP, Kind.CHARACTER)}
"""Most tags are freeforms: those need no class."""


@dataclass(frozen=True)
class _Words:
    """The words of the interface that blurbs use, and how its language groups digits."""

    language: str
    separator: str
    by: str
    anonymous: str
    nobody: str
    symbols: str
    no_rating: str
    no_warning: str
    complete: str
    open: str
    members: str
    found: str
    tags: str
    facts: dict[str, str]

    def number(self, value: int) -> str:
        """A number with its digits grouped."""
        return f"{value:,}".replace(",", self.separator)


@lru_cache(maxsize=16)
def _words_in(language: str) -> _Words:
    return _Words(
        language=language,
        separator=str(get_format("THOUSAND_SEPARATOR")),
        by=escape(gettext("by")),
        anonymous=escape(gettext("Anonymous")),
        nobody=escape(gettext("an unknown creator")),
        symbols=escape(gettext("Rating, warnings, category, state")),
        no_rating=escape(gettext("No rating yet")),
        no_warning=escape(gettext("No warning given yet")),
        complete=escape(gettext("Complete")),
        open=escape(gettext("In progress")),
        members=escape(gettext("Members only")),
        found=escape(gettext("Where it was found")),
        tags=escape(gettext("Tags")),
        facts={
            "series": escape(gettext("Series")),
            "language": escape(gettext("Language")),
            "words": escape(gettext("Words")),
            "chapters": escape(gettext("Chapters")),
            "kudos": escape(gettext("Kudos")),
            "bookmarks": escape(gettext("Bookmarks")),
            "updated": escape(gettext("Updated")),
        },
    )


def draw_blurbs(cards: Iterable[WorkCard], *, level: int = 2, has_tags: bool = True) -> SafeString:
    """The items of a list of works, their titles as headings of this level."""
    words = _words_in(get_language() or "")
    drawn = "\n".join(_blurb(card, words, level, has_tags=has_tags) for card in cards)
    return as_markup(drawn)


def draw_symbols(card: WorkCard) -> SafeString:
    """Rating, warnings, category and state of a work, as icon and text."""
    words = _words_in(get_language() or "")
    rows = f'<ul class="symbols" aria-label="{words.symbols}">{_symbols(card, words)}</ul>'
    return as_markup(rows)


def draw_byline(card: WorkCard) -> SafeString:
    """The names of a work that this viewer may see, linked, after "by"."""
    return as_markup(_names(card, _words_in(get_language() or "")))


def _blurb(card: WorkCard, words: _Words, level: int, *, has_tags: bool) -> str:
    work = card.work
    address = _work_address(work.pk)
    lang = _lang(work, words)
    rtl = ' dir="rtl"' if work.language and work.language.direction == "rtl" else ""
    fandoms = " ".join(f'<a href="{link.url}">{escape(link.name)}</a>' for link in card.fandoms)
    summary = ""
    if work.summary_html:
        text = anchors_at(work.summary_html, f"work-{work.pk}-summary")
        summary = f'<div class="summary"{lang} dir="auto">{text}</div>'
    return (
        f'<li class="blurb"><article><p class="fandoms">{fandoms}</p>'
        f'<div class="heading"><h{level}><a href="{address}"{lang}{rtl}>{escape(work.title)}</a>'
        f'</h{level}> <p class="byline">{_names(card, words)}</p></div>'
        f'<ul class="symbols">{_symbols(card, words)}</ul>'
        f"{summary}{_snippets(card, words, lang)}"
        f"{_chips(card, words, address) if has_tags else ''}{_facts(card, words, lang)}"
        "</article></li>"
    )


def _lang(work: Work, words: _Words) -> str:
    code = work.language.code if work.language else words.language
    return f' lang="{escape(code)}"' if code != words.language else ""


def _names(card: WorkCard, words: _Words) -> str:
    names = [
        f'<a rel="author" href="{_creator_address(name.id)}">{escape(name.name)}</a>'
        if name.id
        else words.anonymous
        for name in card.byline
    ]
    return f"{words.by} {', '.join(names) or words.nobody}"


@lru_cache(maxsize=20_000)
def _work_address(pk: int) -> str:
    return reverse("work", args=[pk])


@lru_cache(maxsize=10_000)
def _creator_address(pk: int) -> str:
    return reverse("creator", args=[pk])


@lru_cache(maxsize=10_000)
def _series_address(pk: int) -> str:
    return reverse("series", args=[pk])


def _joined(links: list[TagLink]) -> str:
    return ", ".join([escape(link.name) for link in links])


def _symbols(card: WorkCard, words: _Words) -> str:
    rating = escape(card.rating.name) if card.rating else words.no_rating
    warnings = card.warnings
    shield = "warned" if card.warns else ("calm" if warnings else "untold")
    rows = [
        (
            f'<li class="rating{" adult" if card.is_adult else ""}">'
            f'<span class="seal" aria-hidden="true">{escape(card.rating_letter)}</span>{rating}'
        ),
        f'<li class="{shield}">{_joined(warnings) or words.no_warning}',
    ]
    if card.categories:
        rows.append(f'<li class="category">{_joined(card.categories)}')
    state = ("done", words.complete) if card.work.is_complete else ("open", words.open)
    rows.append(f'<li class="{state[0]}">{state[1]}')
    if card.work.is_restricted:
        rows.append(f'<li class="lock">{words.members}')
    return "".join(rows)


def _snippets(card: WorkCard, words: _Words, lang: str) -> str:
    if not card.snippets:
        return ""
    rows = [
        f'<li><q dir="auto"{lang}>{snippet.html}</q>{_place(card.work, snippet)}'
        for snippet in card.snippets
    ]
    return f'<ul class="snippets" aria-label="{words.found}">{"".join(rows)}</ul>'


def _place(work: Work, snippet: Snippet) -> str:
    if not snippet.chapter_id:
        return ""
    address = reverse("chapter", args=[work.pk, snippet.chapter_id])
    text = escape(gettext("chapter %(n)s") % {"n": snippet.chapter_position})
    return f' <a href="{address}">{text}</a>'


def _chips(card: WorkCard, words: _Words, address: str) -> str:
    chips = card.chips
    if not chips:
        return ""
    rows = [
        f'<li><a{_KINDS.get(link.kind, "")} href="{link.url}">{escape(link.name)}</a>'
        for link in chips
    ]
    more = card.more_chips
    if more:
        text = ngettext("%(n)s more tag", "%(n)s more tags", more) % {"n": more}
        rows.append(f'<li><a class="rest" href="{address}">{escape(text)}</a>')
    return f'<ul class="chips" aria-label="{words.tags}">{"".join(rows)}</ul>'


def _facts(card: WorkCard, words: _Words, lang: str) -> str:
    work, names = card.work, words.facts
    rows = [_part(place, names["series"]) for place in card.series]
    if work.language:
        native = escape(work.language.native_name)
        rows.append(f'<div><dt class="hidden">{names["language"]}<dd{lang}>{native}</div>')
    shown = (
        ("words", words.number(work.word_count)),
        ("chapters", work.chapters_shown),
        ("kudos", work.kudos_count and words.number(work.kudos_count)),
        ("bookmarks", work.bookmarks_count and words.number(work.bookmarks_count)),
    )
    rows += [f"<div><dt>{names[name]}<dd>{value}</div>" for name, value in shown if value]
    if work.updated_at:
        day = work.updated_at
        when = f'<time datetime="{day:%Y-%m-%d}">{escape(date_format(day, "DATE_FORMAT"))}</time>'
        rows.append(f'<div class="when"><dt class="hidden">{names["updated"]}<dd>{when}</div>')
    return f'<dl class="facts">{"".join(rows)}</dl>'


def _part(place: SeriesPlace, label: str) -> str:
    text = escape(gettext("Part %(n)s of") % {"n": place.position})
    link = f'<a href="{_series_address(place.id)}">{escape(place.title)}</a>'
    return f'<div class="part"><dt class="hidden">{label}<dd>{text} {link}</div>'
