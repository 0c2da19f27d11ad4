"""The metadata block above a Markdown text: YAML between ``---``, TOML between ``+++``, or ``%`` lines."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from archive.core.said import say
from catalog.importers.base import ImportedSeries, ImportedWork, ImportRefused
from catalog.importers.text_labels import Label, parse_label
from catalog.importers.text_meta import add_tags, apply_labels, joined_html
from catalog.importers.text_values import parse_series

MAX_CHARS = 65_536
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_LIST_KINDS = frozenset({"fandom", "relationship", "character", "freeform"})
_PROSE = {"summary": "summary_html", "notes": "notes_html", "end_notes": "end_notes_html"}
_ONE_BY_ONE = frozenset({"warning", "category", "genre"})
_PLACE = frozenset({"series index", "series position", "series number", "series part"})
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w -]{0,40}):(?P<value>(?:\s.*)?)")
_STRUCTURES = frozenset("[{|>&*!%`")
_WORDS = {"true": "yes", "false": "no", "null": "", "~": ""}
_PRESENTATION = frozenset(
    {"layout", "slug", "permalink", "draft", "aliases", "weight", "cover", "toc", "css", "template"}
)


class _Loader(yaml.BaseLoader):
    """Reads every value as text and knows no references, of which a few lines make millions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """As its parent does, but for references."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("references (*name) are not read")
        return super().compose_node(parent, index)


def split_front_matter(text: str) -> tuple[dict[str, Any], str, list[str]]:
    """The fields of the block, the text under it, and notices; no fields where there is no block.

    Raises ImportRefused ``import.hostile`` for a block longer than 65,536 characters.
    """
    text = text.lstrip("\ufeff")
    if text.startswith("% "):
        return _percent_lines(text)
    mark = text.split("\n", 1)[0].rstrip()
    if mark not in _FENCES:
        return {}, text, []
    found = _block(text, _FENCES[mark])
    if found is None:
        return {}, text, []
    block, rest = found
    if len(block) > MAX_CHARS:
        raise ImportRefused(
            say(
                "The metadata above the text has {given:,} characters; at most {allowed:,} are "
                "allowed.",
                given=len(block),
                allowed=MAX_CHARS,
            ),
            code="import.hostile",
            extra={"given": len(block), "allowed": MAX_CHARS},
        )
    try:
        fields = tomllib.loads(block) if mark == "+++" else yaml.load(block, _Loader)  # noqa: S506  text alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:160]
        fields = _line_by_line(block) if mark == "---" else {}
        notice = (
            say(
                "The metadata above the text could not be read and was read line by line: {reason}",
                reason=reason,
            )
            if fields
            else say(
                "The metadata above the text could not be read and was left out: {reason}",
                reason=reason,
            )
        )
        return (
            fields,
            rest,
            [notice],
        )
    if not isinstance(fields, dict):
        # A rule at the top of a text, not the beginning of a block.
        return {}, text, []
    return {str(name): value for name, value in fields.items()}, rest, []


def _line_by_line(block: str) -> dict[str, Any]:
    """The fields of YAML with mistakes, such as a colon in a title: names, values, simple lists."""
    fields: dict[str, Any] = {}
    name = ""
    for line in block.split("\n"):
        field = _FIELD.fullmatch(line)
        mark, _, entry = line.strip().partition(" ")
        if field:
            name, value = field["name"], field["value"].strip()
            if value[:1] in _STRUCTURES:
                value = ""  # a list or text that was not closed
            fields[name] = value.strip("\"'")
        elif mark == "-" and entry and name:
            listed = fields[name] if isinstance(fields[name], list) else []
            fields[name] = [*listed, entry.strip().strip("\"'")]
    return fields


def _block(text: str, ends: tuple[str, ...]) -> tuple[str, str] | None:
    start = text.index("\n") + 1 if "\n" in text else len(text)
    at = start
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].rstrip() in ends:
            return text[start:at], text[end + 1 :]
        at = end + 1
    return None


def _percent_lines(text: str) -> tuple[dict[str, Any], str, list[str]]:
    """Pandoc's title block: title, authors divided by semicolons, date."""
    fields: dict[str, Any] = {}
    for name in ("title", "author", "date"):
        line, _, rest = text.partition("\n")
        if not line.startswith("%"):
            break
        value = line[1:].strip()
        if value:
            fields[name] = (
                [part.strip() for part in value.split(";")] if name == "author" else value
            )
        text = rest
    return fields, text, []


def apply_front_matter(
    fields: dict[str, Any], work: ImportedWork, render: Callable[[str], str]
) -> None:
    """Put the fields into the work; what is not known is named in a notice.

    ``render`` makes HTML of summary and notes.
    """
    unknown = []
    place = None
    labels: list[Label] = []
    for name, value in fields.items():
        label = parse_label(f"{name.replace('_', ' ').replace('-', ' ')}: x")
        texts = list(_texts(value))
        if name.replace("_", " ").replace("-", " ").lower() in _PLACE:
            place = parse_series(f"x #{texts[0]}") if texts else None
        elif label is None or label.key == "other":
            if name.lower() not in _PRESENTATION and texts:
                unknown.append(name)
        elif label.key == "series":
            work.series += list(_series(value))
        elif texts and label.key in _PROSE:
            html = render("\n\n".join(texts))
            setattr(work, _PROSE[label.key], joined_html(getattr(work, _PROSE[label.key]), html))
        elif texts:
            labels += _labels(label.key, name, value, texts, work)
    apply_labels(work, labels)
    if place and len(work.series) == 1 and work.series[0].position is None:
        work.series = [ImportedSeries(work.series[0].title, place.position)]
    if unknown:
        work.notices.append(
            say(
                "Fields of the metadata that say nothing here: {unknown}.",
                unknown=", ".join(unknown)[:200],
            )
        )


def _labels(
    key: str, name: str, value: Any, texts: list[str], work: ImportedWork
) -> Iterator[Label]:
    """The labels that one field amounts to; titles, names and listed tags are taken at once."""
    if key == "title":
        work.title = " ".join(texts[0].split())
    elif key == "creator":
        names = texts if isinstance(value, list) else re.split(r"\s*(?:;|,|\s&\s)\s*", texts[0])
        work.creators += [one for one in dict.fromkeys(names) if one not in work.creators]
    elif key in _LIST_KINDS and isinstance(value, list):
        add_tags(work, key, texts)
    elif key in _ONE_BY_ONE:
        for text in texts:
            yield Label(key, name, [text])
    else:
        yield Label(key, name, [", ".join(texts)])


def _texts(value: Any) -> Iterator[str]:
    """The values of a field as text; of an inner table its name or title."""
    if isinstance(value, dict):
        named = value.get("name") or value.get("title")
        if named:
            yield from _texts(named)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    elif value is not None:
        text = str(value).strip()
        text = _WORDS.get(text.lower(), text)
        if text:
            yield text


def _series(value: Any) -> Iterator[ImportedSeries]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            title = next(_texts(entry), "")
            number = next(
                (
                    str(entry[name])
                    for name in ("position", "index", "part", "number")
                    if name in entry
                ),
                "",
            )
            digits = number.partition(".")[0]
            if title:
                yield ImportedSeries(title, int(digits[:6]) if digits.isdecimal() else None)
        elif (found := parse_series(" ".join(_texts(entry)))) is not None:
            yield found
