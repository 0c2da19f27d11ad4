"""Lines of text on a cover: how wide words are, where they break, which fonts can draw them."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FONT_FILES = tuple(sorted(str(path) for path in FONTS.glob("*.ttf")))
_SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_NARROW = frozenset("iljtfrI.,:;'!|()[]`’‘·- ")
_WIDE = frozenset("mwMWQOGDHNU@%&Æœ—")
# The scripts that the fonts of the archive do not hold, each with fonts of the system that do.
_OTHERS = (
    ((0x2E80, 0x9FFF), ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")),
    ((0xAC00, 0xD7FF), ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")),
    ((0x1100, 0x11FF), ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")),
    ((0xF900, 0xFFEF), ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")),
    ((0x20000, 0x3FFFF), ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")),
    ((0x0530, 0x058F), ("NotoSerifArmenian-Regular.ttf", "DejaVuSerif.ttf")),
    ((0x0900, 0x097F), ("NotoSerifDevanagari-Regular.ttf", "NotoSansDevanagari-Regular.ttf")),
    ((0x0980, 0x09FF), ("NotoSerifBengali-Regular.ttf", "NotoSansBengali-Regular.ttf")),
    ((0x0A00, 0x0A7F), ("NotoSerifGurmukhi-Regular.ttf", "NotoSansGurmukhi-Regular.ttf")),
    ((0x0A80, 0x0AFF), ("NotoSerifGujarati-Regular.ttf", "NotoSansGujarati-Regular.ttf")),
    ((0x0B80, 0x0BFF), ("NotoSerifTamil-Regular.ttf", "NotoSansTamil-Regular.ttf")),
    ((0x0C00, 0x0C7F), ("NotoSerifTelugu-Regular.ttf", "NotoSansTelugu-Regular.ttf")),
    ((0x0C80, 0x0CFF), ("NotoSerifKannada-Regular.ttf", "NotoSansKannada-Regular.ttf")),
    ((0x0D00, 0x0D7F), ("NotoSerifMalayalam-Regular.ttf", "NotoSansMalayalam-Regular.ttf")),
    ((0x0D80, 0x0DFF), ("NotoSerifSinhala-Regular.ttf", "NotoSansSinhala-Regular.ttf")),
    ((0x0E00, 0x0E7F), ("NotoSerifThai-Regular.ttf", "NotoSansThai-Regular.ttf")),
    ((0x0E80, 0x0EFF), ("NotoSerifLao-Regular.ttf", "NotoSansLao-Regular.ttf")),
    ((0x10A0, 0x10FF), ("NotoSerifGeorgian-Regular.ttf", "DejaVuSerif.ttf")),
    ((0x1200, 0x137F), ("NotoSerifEthiopic-Regular.ttf", "NotoSansEthiopic-Regular.ttf")),
    ((0x1780, 0x17FF), ("NotoSerifKhmer-Regular.ttf", "NotoSansKhmer-Regular.ttf")),
)


def drawable(text: str) -> str:
    """The text without what no font of letters holds: emoji, symbols, controls."""
    kept = "".join(
        " " if unicodedata.category(char) in ("So", "Cc", "Cs", "Co", "Cn", "Sk") else char
        for char in unicodedata.normalize("NFC", text)
        if not 0xFE00 <= ord(char) <= 0xFE0F and not 0x1F000 <= ord(char) <= 0x1FAFF
    )
    return " ".join(kept.split())


def fonts_for(texts: Iterable[str]) -> tuple[str, ...] | None:
    """The font files that draw these texts, None where this machine has none for some of them."""
    chars = {ord(char) for text in texts for char in text}
    missing = {code for code in chars if not _is_covered(code)}
    files: dict[str, None] = {}
    for (low, high), names in _OTHERS:
        if any(low <= code <= high for code in missing):
            found = next(filter(None, map(_system_font, names)), "")
            if not found:
                return None
            files[found] = None
            missing = {code for code in missing if not low <= code <= high}
    return None if missing else (*FONT_FILES, *files)


def wrapped(text: str, width: float) -> list[str]:
    """Lines of at most ``width`` (in ems), broken at spaces, and anywhere between ideographs."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width_of(line + piece.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += piece
    return [each for each in [*lines, line.strip()] if each]


def cut(text: str, width: float) -> str:
    """The text, or its beginning with an ellipsis where it is wider than ``width`` ems."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def width_of(text: str) -> float:
    """About how wide a text is, in ems."""
    return sum(map(_width, text))


@lru_cache(maxsize=4_096)
def _width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    if char in _NARROW:
        return 0.32
    if char in _WIDE:
        return 0.86
    return 0.7 if char.isupper() else 0.54


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        breaks = not pieces or pieces[-1].endswith((" ", "-")) or _is_ideograph(char)
        if breaks and not (pieces and char in "、。，．！？」』）"):
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _is_ideograph(char: str) -> bool:
    return 0x2E80 <= ord(char) <= 0x9FFF or ord(char) >= 0x20000


def _is_covered(code: int) -> bool:
    return any(low <= code <= high for low, high in _coverage())


@lru_cache(maxsize=1)
def _coverage() -> tuple[tuple[int, int], ...]:
    """The code points that the fonts of the archive hold, as ranges."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    return tuple(
        (int(low, 16), int(high, 16)) for low, _, high in (line.partition("-") for line in lines)
    )


@lru_cache(maxsize=64)
def _system_font(name: str) -> str:
    for folder in _SYSTEM:
        for path in folder.rglob(name):
            return str(path)
    return ""
