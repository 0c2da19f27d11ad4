"""Labels at the beginning of a chapter: its summary and notes, or the head of the work again."""

from catalog.importers.base import ImportedChapter
from catalog.importers.text_bylines import parse_byline, same_creator
from catalog.importers.text_head import Head
from catalog.importers.text_html import paragraphs_html, plain
from catalog.importers.text_labels import Label, parse_label
from catalog.importers.text_layout import join_lines
from catalog.importers.text_meta import joined_html, label_html
from catalog.importers.text_model import Block, Role, Section, Text, key
from catalog.importers.text_title import repeats_title
from catalog.importers.text_values import parse_day

_MAX_WORDS = 400
_OWN = frozenset({"summary", "notes", "end_notes", "disclaimer", "spoilers", "warning"})


def read_opening(text: Text, section: Section, chapter: ImportedChapter, head: Head) -> None:
    """Takes labelled blocks off the beginning of the section and puts them into the chapter."""
    while True:
        at = next((i for i, block in enumerate(section.blocks) if not block.is_break), None)
        if at is None or not any(not block.is_break for block in section.blocks[at + 1 :]):
            return
        block = section.blocks[at]
        if _repeats_head(block, head):
            text.mark(block.rows, Role.HEAD)
            del section.blocks[: at + 1]
            continue
        labels = _labels(block, head)
        if not labels:
            return
        if not labels[-1].paragraphs and labels[-1].key in _OWN:
            _take_next(section, at, labels[-1], text)
        text.mark(block.rows, Role.HEAD)
        del section.blocks[: at + 1]
        for label in labels:
            _apply(chapter, label, head)


def _repeats_head(block: Block, head: Head) -> bool:
    """Whether a line under the heading says title or byline of the work, often once more."""
    line = block.single
    if not line:
        return False
    names = parse_byline(line)
    if names and not head.creators:
        head.creators.extend(names)
        return True
    if names:
        return all(any(same_creator(n, known) for known in head.creators) for n in names)
    return len(line) > 3 and repeats_title(line, head.title)


def _labels(block: Block, head: Head) -> list[Label]:
    """The labels of a block that begins with one; lines between belong to the label above."""
    first = parse_label(block.lines[0])
    if not first or not _is_for_chapter(first, head):
        return []
    if len(block.text.split()) > _MAX_WORDS:
        return []
    labels: list[Label] = []
    for line in block.lines:
        label = parse_label(line)
        if label and _is_for_chapter(label, head):
            labels.append(label)
        elif labels[-1].paragraphs and not block.keep_lines:
            labels[-1].paragraphs = [join_lines([*labels[-1].paragraphs, line])]
        else:
            labels[-1].paragraphs = ["\n".join([*labels[-1].paragraphs, line.strip()])]
    return labels


def _is_for_chapter(label: Label, head: Head) -> bool:
    """Whether the label is one that chapters have, or one of the head again."""
    if label.key in _OWN and not label.is_weak:
        return True
    if label.key == "published" and parse_day(label.value):
        return True
    known = {one.key for one in head.labels}
    if label.key in {"title", "creator"}:
        return not label.is_weak
    return label.key in known and not label.is_weak


def _take_next(section: Section, at: int, label: Label, text: Text) -> None:
    """The paragraph under a label that has no value on its own line."""
    below = section.blocks[at + 1] if at + 1 < len(section.blocks) else None
    if below is None or below.is_break or len(below.text.split()) > _MAX_WORDS:
        return
    if not any(not block.is_break for block in section.blocks[at + 2 :]):
        return
    lines = [line.strip() for line in below.lines]
    label.paragraphs = ["\n".join(lines) if below.keep_lines else join_lines(lines)]
    text.mark(below.rows, Role.HEAD)
    del section.blocks[at + 1]


def _apply(chapter: ImportedChapter, label: Label, head: Head) -> None:
    if label.key == "summary":
        chapter.summary_html = joined_html(chapter.summary_html, paragraphs_html(label.paragraphs))
    elif label.key == "notes":
        chapter.notes_html = joined_html(chapter.notes_html, paragraphs_html(label.paragraphs))
    elif label.key == "end_notes":
        html = paragraphs_html(label.paragraphs)
        chapter.end_notes_html = joined_html(chapter.end_notes_html, html)
    elif label.key == "published" and (day := parse_day(label.value)):
        chapter.published_on = day
    elif not _is_known(label, head):
        chapter.notes_html = joined_html(chapter.notes_html, label_html(label))


def _is_known(label: Label, head: Head) -> bool:
    """Whether the head of the work says the same already."""
    value = key(plain(label.value))
    if label.key == "title":
        return repeats_title(label.value, head.title)
    if label.key == "creator":
        return any(same_creator(label.value, name) for name in head.creators)
    return any(one.key == label.key and key(plain(one.value)) == value for one in head.labels)
