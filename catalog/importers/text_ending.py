"""What stands at the end of a text: "Continued in Part 2: ...", "TBC", "The End", end notes."""

import re
from dataclasses import dataclass, field, replace

from catalog.importers.text_headings import parse_heading, undecorated
from catalog.importers.text_labels import Label, parse_label
from catalog.importers.text_model import Block, Role, Section, Text, key

_LAST_BLOCKS = 6
_MAX_LINE = 160
_NOTE_BLOCKS = 12
_NOTE_WORDS = 300
_TO_BE = r"(?:(?:this |the )?story )?(?:is |will be )?(?:to be )?(?:continued|continues?)"
_CONTINUED = tuple(
    re.compile(rf"(?:{pattern})[\s.!…]*", re.IGNORECASE)
    for pattern in (
        _TO_BE + r"(?:\s+(?:in|with|at|on|to)\s*:?\s*(?P<next>.+?)|\s+(?:soon|shortly|later))?",
        r"t\s?\.?\s?b\s?\.?\s?c(?:\s?\.)?(?:\s*(?:in|with)\s+(?P<next>.+?))?",
        r"(?:on|go on|go|proceed|forward|continue)\s+to\s+(?P<next>(?:part|chapter)\b.+?)",
        r"(?:fortsetzung folgt|wird fortgesetzt|wird fortgesetzt (?:in|mit)\s+(?P<next>.+?))",
        r"fortsetzung\s+(?:in|im|mit)\s+(?P<next>.+?)",
        r"[àa] suivre(?:\s+dans\s+(?P<next>.+?))?",
        r"(?:la )?suite\s+(?:dans|au|à la|en)\s+(?P<next>.+?)",
        r"continuar[áa](?:\s+en\s+(?P<next>.+?))?",
        r"continua(?:\s+(?:in|em)\s+(?P<next>.+?))?",
        r"wordt vervolgd|forts[äæ]tt(?:es|ning följer)|fortsættes|jatkuu|ciąg dalszy nastąpi",
        r"продолжение следует|つづく|続く|未完待[续續]|待[续續]|to be con't|tbcontinued",
    )
)
# Believed as the very last line only: "Next: ..." may be said in a story.
_NEXT = re.compile(
    r"(?:up |coming )?next(?: up| time| chapter| part)?\s*[:–—-]\s*(?P<next>.+?)", re.IGNORECASE
)
_THE_END = re.compile(
    r"(?:the (?:very )?end|end|fin|finis|finite|das ende|ende|la fin|el fin|fim|einde|slut|"
    r"koniec|конец|完|终|終|おわり|owari|end of (?:the )?story)[\s.!…?]*",
    re.IGNORECASE,
)
_PIECE = (
    r"(?:part|chapter|story|instal?lment|episode|post|fic|section|teil|kapitel|chapitre|"
    r"partie|épisode|cap[íi]tulo|parte|capitolo|deel|hoofdstuk)"
)
_VAGUE = re.compile(
    r"(?:the |a |an |le |la |el |im |der |das |den )?"
    r"(?:next|following|another|new|later|n[äa]chste[nrms]?|prochaine?|suivante?|pr[óo]xim[oa])"
    rf"(?:\s+{_PIECE}\b.*)?|(?:soon|tomorrow|later)\b.*|{_PIECE}",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?:[\"“„«](?P<core>[^\"“”„«»]+)[\"”“»]|[‘'‚](?P<single>[^‘’‚]+)[’'‘])[.!…]*(?:,? by\b.*)?$"
)
# "Back to Ann's Page" below the announcement: what linked to other pages once.
_LINK = re.compile(
    r"(?:back|return|go back|home|index|top|main|e-?mail|feedback|previous|prev|next|stories|fiction)"
    r"\b.{0,50}",
    re.IGNORECASE,
)
_STOPS = (".", "!", "?", "…", '"', "”", "’", "*", "-", "—")
_END_NOTES = frozenset({"note", "notes", "anmerkung", "anmerkungen", "notas"})


@dataclass
class Ending:
    """What the end of a chapter says. ``continues_in`` is None when no next part is announced."""

    continues_in: str | None = None
    has_end: bool = False
    labels: list[Label] = field(default_factory=list)


def read_ending(text: Text, section: Section) -> Ending:
    """Takes the announcement of a next part and labelled notes off the end of the section."""
    ending = Ending()
    _take_end_of_file(text, section)
    _take_sign(text, section, ending)
    _take_notes(text, section, ending)
    _take_sign(text, section, ending)
    tail = [block for block in section.blocks if not block.is_break][-_LAST_BLOCKS:]
    ending.has_end = any(is_the_end(block.lines[-1]) for block in tail)
    return ending


def _take_end_of_file(text: Text, section: Section) -> None:
    """Removes the line that FanFicFare writes below a story."""
    last = section.blocks[-1] if section.blocks else None
    if last and last.single == "End file." and _has_text_before(section, len(section.blocks) - 1):
        text.mark(last.rows, Role.BOILERPLATE)
        section.blocks.pop()


def is_the_end(line: str) -> bool:
    """Whether the line closes a finished story: "The End", "FIN", "Ende"."""
    text = undecorated(line)
    return len(text) <= 40 and _THE_END.fullmatch(text) is not None


def parse_continuation(line: str, *, last: bool = False) -> str | None:
    """The title of the next part that the line announces, "" for one without; else None."""
    text = undecorated(line).lstrip(".… ")
    if not text or len(text) > _MAX_LINE:
        return None
    for pattern in (*_CONTINUED, _NEXT) if last else _CONTINUED:
        match = pattern.fullmatch(text)
        if match:
            groups = match.groupdict()
            return _next_title(groups.get("next") or "")
    return None


def _next_title(text: str) -> str:
    text = undecorated(text).strip()
    heading = parse_heading(text)
    if heading and heading.kind in {"keyword", "titled", "bare"}:
        return heading.title
    if _VAGUE.fullmatch(text):
        return ""
    quoted = _QUOTED.match(text)
    return (quoted["single"] or quoted["core"]) if quoted else text


def _take_sign(text: Text, section: Section, ending: Ending) -> None:
    """Removes the last line that announces a next part, with at most a few lines below it."""
    seen = 0
    for at in range(len(section.blocks) - 1, -1, -1):
        block = section.blocks[at]
        if block.is_break:
            continue
        seen += 1
        if seen == 1:
            block = _without_links(text, section, at)
        announced = parse_continuation(block.lines[-1], last=seen == 1)
        if announced is not None and _is_own_line(block):
            if len(block.lines) == 1 and not _has_text_before(section, at):
                ending.continues_in = announced
                return
            ending.continues_in = announced or ending.continues_in or ""
            text.mark(block.rows[-1:], Role.SIGN)
            if len(block.lines) == 1:
                del section.blocks[at]
            else:
                section.blocks[at] = _upper(block, 1)
            return
        if seen >= 3 or len(block.text) > 400:
            return


def _upper(block: Block, lines: int) -> Block:
    """The block without its last lines."""
    return replace(block, rows=block.rows[:-lines], lines=block.lines[:-lines])


def _without_links(text: Text, section: Section, at: int) -> Block:
    """The last block without lines that were links, where they stand below an announcement."""
    block = section.blocks[at]
    count = 0
    for line in reversed(block.lines[1:]):
        if not _LINK.fullmatch(undecorated(line)):
            break
        count += 1
    if not count or parse_continuation(block.lines[-count - 1]) is None:
        return block
    text.mark(block.rows[-count:], Role.SIGN)
    section.blocks[at] = _upper(block, count)
    return section.blocks[at]


def _has_text_before(section: Section, at: int) -> bool:
    """Whether the section is more than the line: a chapter cannot be empty."""
    return any(not block.is_break for block in section.blocks[:at])


def _is_own_line(block: Block) -> bool:
    """Whether the last line of the block was not wrapped there in the middle of a sentence."""
    return len(block.lines) == 1 or block.keep_lines or block.lines[-2].rstrip().endswith(_STOPS)


def _take_notes(text: Text, section: Section, ending: Ending) -> None:
    """Moves notes that begin with a label of their own from the end to the end notes."""
    blocks = section.blocks
    words = 0
    for at in range(len(blocks) - 1, max(0, len(blocks) - _NOTE_BLOCKS), -1):
        block = blocks[at]
        words += 0 if block.is_break else len(block.text.split())
        if words > _NOTE_WORDS:
            return
        label = None if block.is_break else parse_label(block.lines[0])
        if not label or not _closes(label):
            continue
        if any(not other.is_break for other in blocks[:at]):
            _read_notes(text, blocks[at:], label, ending)
            del blocks[at:]
        return


def _closes(label: Label) -> bool:
    if label.key == "notes":
        return key(label.name) not in _END_NOTES
    return label.key in {"end_notes", "disclaimer"}


def _read_notes(text: Text, blocks: list[Block], label: Label, ending: Ending) -> None:
    lines = [*label.paragraphs, *(line.strip() for line in blocks[0].lines[1:])]
    label.paragraphs = ["\n".join(lines) if blocks[0].keep_lines else " ".join(lines)]
    for block in blocks[1:]:
        if not block.is_break:
            label.paragraphs.append("\n".join(line.strip() for line in block.lines))
    for block in blocks:
        label.rows.extend(block.rows)
    text.mark(label.rows, Role.HEAD)
    ending.labels.insert(0, label)
