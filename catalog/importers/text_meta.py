"""Fills an ImportedWork from the labels at the head of a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from archive.core.said import say
from archive.core.text import REFUSED_IN_TAG_NAMES, TAG_NAME_MAX, fold_name
from catalog.importers.base import ImportedWork
from catalog.importers.text_html import inline, paragraphs_html, plain
from catalog.importers.text_labels import Label
from catalog.importers.text_values import (
    closed_name,
    is_nothing,
    is_yes,
    noon,
    parse_day,
    parse_rating,
    parse_series,
    split_names,
)

_COUNT = re.compile(r"(?P<now>\d{1,4})\s*(?:/|of|von|sur|de)\s*(?P<all>\d{1,4}|\?+)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"]+")
_DONE = re.compile(
    r"complete[d]?|finished|done|abgeschlossen|fertig|termin[ée]e?|completo|completa|completada|"
    r"yes|finito|conclu[ií]d[oa]|завершен|完结|完結|完",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?:in[ -]?progress|wip|work in progress|incomplete|unfinished|ongoing|on hiatus|hiatus|"
    r"abandoned|unvollst[äa]ndig|in arbeit|en cours|en progreso|incompleto|incompleta|no|tbc|"
    r"in corso|в процессе|连载中|連載中)\b.*",
    re.IGNORECASE,
)
# How languages are called in the commonest languages; other names are left to the archive's list.
_LANGUAGE_NAMES = {
    "en": "english englisch anglais ingles inglese engels engelska английский 英语 英文",
    "de": "german deutsch allemand aleman alemao tedesco duits tyska немецкий",
    "fr": "french francais franzosisch frances francese frans franska французский",
    "es": "spanish espanol spanisch castellano espagnol spagnolo spaans spanska испанский",
    "it": "italian italiano italienisch italien italiaans italienska итальянский",
    "pt": "portuguese portugues portugiesisch portugais portoghese",
    "nl": "dutch nederlands niederlandisch neerlandais hollandisch olandese",
    "sv": "swedish svenska schwedisch suedois",
    "da": "danish dansk danisch danois",
    "fi": "finnish suomi finnisch finnois",
    "pl": "polish polski polnisch polonais",
    "cs": "czech cestina tschechisch tcheque",
    "hu": "hungarian magyar ungarisch hongrois",
    "ru": "russian русский russisch russe ruso russo",
    "uk": "ukrainian українська ukrainisch",
    "ja": "japanese 日本語 japanisch japonais japones",
    "zh": "chinese 中文 汉语 漢語 chinesisch chinois chino",
    "ko": "korean 한국어 koreanisch coreen",
}
_NOT_IN_NAMES = {ord(char): " " for char in REFUSED_IN_TAG_NAMES}
_TAG_KINDS = {
    "fandom": "fandom",
    "relationship": "relationship",
    "character": "character",
    "freeform": "freeform",
    "genre": "freeform",
}
# A longer value behind a label of one value is a text: it goes to the notes unread.
_MAX_VALUE = 500
_NAMED_NOTES = frozenset({"disclaimer", "spoilers", "other"})


@dataclass
class Stated:
    """Numbers that a file states about itself, to be compared with what was found."""

    words: int | None = None
    chapters: int | None = None


def apply_labels(work: ImportedWork, labels: Iterable[Label]) -> Stated:
    """Puts what the labels say into the work."""
    stated = Stated()
    rows = list(labels)
    is_download = any(label.key in {"packaged", "publisher"} for label in rows)
    for label in rows:
        if label.key == "words":
            digits = re.sub(r"[^\d]", "", label.value.split("(")[0])
            stated.words = int(digits[:9]) if digits else None
        elif label.key == "category" and is_download:
            # FanFicFare calls the fandom of a downloaded story its category.
            add_tags(work, "fandom", split_names(_text(label)))
        else:
            _apply(work, label)
        if label.key == "chapters" and (match := _COUNT.search(label.value)):
            stated.chapters = int(match["now"])
    return stated


def _apply(work: ImportedWork, label: Label) -> None:
    if label.key in _TAG_KINDS:
        names = split_names(_text(label))
        if label.key == "genre":
            names = [part for name in names for part in _split_genre(name)]
        elif label.key == "character":
            names = _split_last(names)
        if any(len(name) > TAG_NAME_MAX for name in names):
            # A sentence behind the label is worth reading, but names no tag.
            add_note(work, label)
        add_tags(work, _TAG_KINDS[label.key], names)
    elif label.key in _APPLIERS and (label.key == "summary" or len(label.value) <= _MAX_VALUE):
        _APPLIERS[label.key](work, label)
    else:
        add_note(work, label)


def _text(label: Label) -> str:
    return "\n".join(plain_lines(label))


def plain_lines(label: Label) -> list[str]:
    """The lines of the value without marks of emphasis."""
    return [plain(line) for text in label.paragraphs for line in text.split("\n")]


def _split_genre(name: str) -> list[str]:
    """ "Angst/Romance" are two, "Hurt/Comfort" is one."""
    if name.casefold() in {"hurt/comfort", "h/c"}:
        return [name]
    return [part.strip() for part in name.split("/") if part.strip()]


def _split_last(names: list[str]) -> list[str]:
    """ "Buffy, Spike and Dawn" names three."""
    if not names:
        return names
    last = [part.strip() for part in re.split(r"\s+(?:and|und|et|y|&)\s+", names[-1])]
    return [*names[:-1], *(name for name in last if name)]


def add_tags(work: ImportedWork, kind: str, names: Iterable[str]) -> None:
    """Append names to a kind, each once; what no name may hold becomes a space, with a notice."""
    tags = work.tags.setdefault(kind, [])
    seen = set(tags)
    for name in names:
        usable = " ".join(name.translate(_NOT_IN_NAMES).split())
        if usable != name and usable:
            work.notices.append(
                say(
                    "The tag “{name}” was read as “{usable}”: names hold no such mark.",
                    name=name,
                    usable=usable,
                )
            )
        if usable and usable not in seen and len(usable) <= TAG_NAME_MAX:
            tags.append(usable)
            seen.add(usable)
    if not tags:
        del work.tags[kind]


def label_html(label: Label) -> str:
    """The value as paragraphs, the first led by the name of the label."""
    html = paragraphs_html(label.paragraphs)
    lead = f"<p><strong>{escape(label.name, quote=False)}:</strong> "
    return lead + html.removeprefix("<p>") if html else ""


def joined_html(*parts: str) -> str:
    """Pieces of HTML under each other."""
    return "\n".join(part for part in parts if part)


def add_note(work: ImportedWork, label: Label) -> None:
    """Keeps the label in the notes, with its name where the name says more than "Notes"."""
    named = label.key in _NAMED_NOTES or label.key not in {"notes", "end_notes"}
    html = label_html(label) if named else paragraphs_html(label.paragraphs)
    if label.key == "end_notes":
        work.end_notes_html = joined_html(work.end_notes_html, html)
    else:
        work.notes_html = joined_html(work.notes_html, html)


def _rating(work: ImportedWork, label: Label) -> None:
    name, rest = parse_rating(_text(label))
    if name and not work.tags.get("rating"):
        add_tags(work, "rating", [name])
    if not name:
        work.notices.append(
            say(
                "The rating “{value}” is not known and was kept in the notes; known are G, PG, "
                "PG-13, R, NC-17, K to MA, General, Teen, Mature, Explicit.",
                value=label.value[:60],
            )
        )
    if rest or not name:
        add_note(work, label)


def _warning(work: ImportedWork, label: Label) -> None:
    unknown: list[str] = []
    for value in split_names(_text(label)) or [_text(label)]:
        name = closed_name("warning", value)
        add_tags(work, "warning", [name] if name else [])
        unknown += [] if name or not value.strip() else [value]
    if not unknown:
        return
    if all(len(value.split()) <= 6 for value in unknown):
        add_tags(work, "freeform", unknown)
        work.notices.append(
            say(
                "“{unknown}” is not among the archive's warnings and became additional tags.",
                unknown=", ".join(unknown),
            )
        )
    else:
        add_note(work, label)
        work.notices.append(
            say("The warnings of the file are a sentence; it was kept in the notes.")
        )


def _category(work: ImportedWork, label: Label) -> None:
    for value in split_names(_text(label)):
        name = closed_name("category", value)
        add_tags(work, "category" if name else "freeform", [name or value])


def _language(work: ImportedWork, label: Label) -> None:
    name = " ".join(_text(label).split())
    if name:
        work.language = language_code(name)


def language_code(name: str) -> str:
    """The code of a language by its name, or the name as given."""
    folded = fold_name(name)
    found = (code for code, names in _LANGUAGE_NAMES.items() if folded in names.split())
    return next(found, name)


def _series(work: ImportedWork, label: Label) -> None:
    for value in re.split(r"\s*[;\n]\s*", _text(label)):
        series = parse_series(value)
        if series and series not in work.series:
            work.series.append(series)


def _status(work: ImportedWork, label: Label) -> None:
    text = _text(label).strip(" .!")
    if _OPEN.fullmatch(text) or (label.name.casefold() == "wip" and is_yes(text)):
        work.complete = False
    elif _DONE.match(text):
        work.complete = True
    else:
        add_note(work, label)


def _chapters(work: ImportedWork, label: Label) -> None:
    match = _COUNT.search(_text(label))
    if not match:
        return
    if match["all"].startswith("?"):
        work.complete = False
        return
    work.expected_chapters = int(match["all"]) or None
    work.complete = int(match["now"]) >= int(match["all"]) > 0


def _published(work: ImportedWork, label: Label) -> None:
    day = parse_day(_text(label))
    if day is None:
        _unread_date(work, label)
    elif work.published_at is None:
        work.published_at = noon(day)


def _updated(work: ImportedWork, label: Label) -> None:
    day = parse_day(_text(label))
    if day is None:
        _unread_date(work, label)
    else:
        work.updated_at = noon(day)


def _unread_date(work: ImportedWork, label: Label) -> None:
    add_note(work, label)
    work.notices.append(
        say(
            "The date “{value}” was kept in the notes; unmistakable is 2003-04-25.",
            value=label.value[:60],
        )
    )


def _source(work: ImportedWork, label: Label) -> None:
    match = _URL.search(label.value)
    if match and not work.source_url:
        work.source_url = match.group().rstrip(".,;)")
    if not match or match.group() != label.value.strip():
        add_note(work, label)


def _summary(work: ImportedWork, label: Label) -> None:
    work.summary_html = joined_html(work.summary_html, paragraphs_html(label.paragraphs))


def _restricted(work: ImportedWork, label: Label) -> None:
    work.restricted = work.restricted or is_yes(_text(label))


def _anonymous(work: ImportedWork, label: Label) -> None:
    work.anonymous = work.anonymous or is_yes(_text(label))


def _email(work: ImportedWork, label: Label) -> None:
    if not is_nothing(label.value):
        work.notices.append(say("The e-mail address at the head of the file was left out."))


def _nothing(work: ImportedWork, label: Label) -> None:
    """Marks of a download program say nothing about the work."""


_APPLIERS = {
    "rating": _rating,
    "warning": _warning,
    "category": _category,
    "language": _language,
    "series": _series,
    "status": _status,
    "chapters": _chapters,
    "published": _published,
    "updated": _updated,
    "source": _source,
    "summary": _summary,
    "restricted": _restricted,
    "anonymous": _anonymous,
    "email": _email,
    "packaged": _nothing,
    "publisher": _nothing,
}


def note_lines(lines: Iterable[str]) -> str:
    """Lines of the head that are neither title nor label, as HTML."""
    return "\n".join(f"<p>{inline(line)}</p>" for line in lines)
