"""The cover of a download: a label on patterned paper, drawn from the metadata alone.

The pattern and its colours follow from the identifier and the first fandom, so that a work keeps
its cover and the works of a fandom stand together on a shelf. Equal works give equal bytes.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import resvg_py

from catalog.exporters.cover_patterns import PALETTES, PATTERNS, WIDTH, Palette
from catalog.exporters.cover_text import cut, drawable, fonts_for, width_of, wrapped
from catalog.exporters.xhtml import xml_escaped

PNG_WIDTH = 1000
"""Of the picture in a book: enough for an e-reader, and two thirds of the time of the full size."""
_LABEL = (180, 840)  # left edge and width
_TITLE_EMS = 690
_SIZES = (112, 96, 82, 70, 60, 52)


@dataclass(frozen=True)
class CoverText:
    """What stands on a cover; ``group`` decides the colours, ``identifier`` the pattern."""

    title: str
    byline: str
    above: str
    below: str
    publisher: str
    group: str
    identifier: str
    language: str = "en"


@dataclass(frozen=True)
class _Line:
    text: str
    y: int
    size: int
    style: str


def cover_svg(text: CoverText) -> str:
    """The cover as SVG; its texts are texts, in whatever serif the reader has."""
    palette = PALETTES[_number(text.group or text.identifier, len(PALETTES))]
    lines, height = _lines(text)
    top = max(200, 620 - height // 2)
    return _PAGE.format(
        language=escape(text.language),
        name=xml_escaped(f"{text.title}, {text.byline}"),
        pattern=_pattern(text.identifier, palette),
        paper=palette.paper,
        ink=palette.ink,
        accent=palette.accent,
        left=_LABEL[0],
        top=top,
        width=_LABEL[1],
        height=height,
        inner_left=_LABEL[0] + 22,
        inner_top=top + 22,
        inner_width=_LABEL[1] - 44,
        inner_height=height - 44,
        texts="".join(_text(line, top, palette) for line in lines),
        ornament=_ornament(top + height - 208),
        foot=_foot(drawable(text.publisher), palette),
    )


def cover_png(text: CoverText, width: int = PNG_WIDTH) -> bytes | None:
    """The same cover as PNG, None where no font of this machine has its letters."""
    texts = [drawable(each) for each in (text.title, text.byline, text.above, text.below)]
    fonts = fonts_for([*texts, drawable(text.publisher)])
    if fonts is None:
        return None
    return _drawn(cover_svg(text), fonts, width)


@lru_cache(maxsize=32)
def _drawn(svg: str, fonts: tuple[str, ...], width: int) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            skip_system_fonts=True,
            font_files=list(fonts),
            serif_family="Noto Serif Display",
        )
    )


def _lines(text: CoverText) -> tuple[list[_Line], int]:
    """The lines with their base lines from the top of the label, and its height."""
    lines: list[_Line] = []
    y = 130
    above = drawable(text.above).upper()
    if above:
        lines.append(_Line(cut(above, 22), y, 30, "caps"))
    title = drawable(text.title) or "…"
    size, rows = _fitted(title)
    y += 60 + size
    for row in rows:
        lines.append(_Line(row, y, size, "title"))
        y += round(size * 1.16)
    y += 24
    for row in _cut_rows(wrapped(drawable(text.byline), 15), 15, 2):
        lines.append(_Line(row, y + 20, 46, "byline"))
        y += 58
    if text.below:
        y += 22
        lines.append(_Line(cut(drawable(text.below), 24), y + 20, 32, "below"))
        y += 40
    return lines, y + 240


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size in which the title has few lines and no word sticks out."""
    for size in _SIZES:
        ems = _TITLE_EMS / size
        rows = wrapped(title, ems)
        if len(rows) <= (4 if size > 70 else 6) and all(width_of(row) <= ems for row in rows):
            return size, rows
    ems = _TITLE_EMS / _SIZES[-1]
    return _SIZES[-1], _cut_rows(wrapped(title, ems), ems, 7)


def _cut_rows(rows: list[str], ems: float, most: int) -> list[str]:
    if len(rows) > most:
        rows = [*rows[: most - 1], f"{rows[most - 1]} …"]
    return [cut(row, ems) for row in rows]


def _text(line: _Line, top: int, palette: Palette) -> str:
    look = {
        "caps": f'letter-spacing="5" fill="{palette.accent}" font-family="{_SMALL}"',
        "title": f'fill="{palette.ink}" stroke="{palette.ink}" stroke-width="1.6" '
        f'font-family="{_DISPLAY}"',
        "byline": f'font-style="italic" fill="{palette.ink}" font-family="{_SMALL}"',
        "below": f'fill="{palette.accent}" font-family="{_SMALL}"',
    }[line.style]
    return (
        f'<text x="{WIDTH // 2}" y="{top + line.y}" font-size="{line.size}" '
        f'text-anchor="middle" {look}>{escape(line.text)}</text>\n'
    )


def _ornament(y: int) -> str:
    """Three nested arches: the vault of the archive, and its mark."""
    arches = "".join(
        f'<path d="M{WIDTH // 2 - r} {y + 104}V{y + 62}a{r} {r} 0 0 1 {2 * r} 0V{y + 104}"/>'
        for r in (20, 38, 56)
    )
    return f'<g fill="none" stroke-width="5" stroke-linecap="round">{arches}</g>'


def _foot(publisher: str, palette: Palette) -> str:
    shown = cut(publisher, 24)
    half = max(130, round(width_of(shown) * 34 / 2) + 60)
    return (
        f'<rect x="{WIDTH // 2 - half}" y="1610" width="{2 * half}" height="86" rx="43" '
        f'fill="{palette.paper}"/><text x="{WIDTH // 2}" y="1664" font-size="34" '
        f'letter-spacing="2" text-anchor="middle" fill="{palette.ink}" '
        f'font-family="{_SMALL}">{escape(shown)}</text>'
    )


def _pattern(identifier: str, palette: Palette) -> str:
    return PATTERNS[_number(f"pattern {identifier}", len(PATTERNS))](palette)


def _number(text: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % below


_DISPLAY = (
    "'Noto Serif Display', 'Noto Naskh Arabic', 'Noto Serif Hebrew', 'Noto Serif CJK SC', serif"
)
_SMALL = "'Noto Serif', 'Noto Naskh Arabic', 'Noto Serif Hebrew', 'Noto Serif CJK SC', serif"
_PAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1800" width="1200" height="1800" '
    'xml:lang="{language}" role="img">\n<title>{name}</title>\n{pattern}\n'
    '<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#000" opacity=".22" '
    'transform="translate(10 14)"/>\n'
    '<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{paper}"/>\n'
    '<rect x="{inner_left}" y="{inner_top}" width="{inner_width}" height="{inner_height}" '
    'fill="none" stroke="{accent}" stroke-width="3"/>\n{texts}'
    '<g stroke="{accent}">{ornament}</g>\n{foot}\n</svg>\n'
)
