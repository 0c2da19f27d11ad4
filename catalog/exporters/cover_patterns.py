"""Patterned papers for covers: a tile each, repeated over the whole page, in curated colours."""

from collections.abc import Callable
from dataclasses import dataclass

WIDTH, HEIGHT = 1200, 1800


@dataclass(frozen=True)
class Palette:
    """Ground, two tones of the pattern, the label's paper, its ink and its accent."""

    ground: str
    tone: str
    light: str
    paper: str
    ink: str
    accent: str


PALETTES = (
    Palette("#5b2333", "#7a3145", "#c98b7a", "#fbf5ea", "#2b1a1e", "#8a3a4a"),
    Palette("#1f3a4d", "#2c5068", "#8fb3bf", "#f7f4ec", "#17252e", "#2f6178"),
    Palette("#27443a", "#35594c", "#9db89a", "#f8f4e8", "#1a2a24", "#3c6b58"),
    Palette("#3a2f4f", "#4e4169", "#b3a3c9", "#f8f4f1", "#231c30", "#665089"),
    Palette("#6b4a1f", "#85602c", "#dcb878", "#fcf6e6", "#33240f", "#8a5f1e"),
    Palette("#1d4a52", "#28616b", "#93c2bd", "#f6f5ea", "#142c30", "#256e78"),
    Palette("#4b2a1b", "#683d28", "#cf9d77", "#fbf4e8", "#2a1810", "#8c4d2b"),
    Palette("#2b3350", "#3b466b", "#a2aed0", "#f7f5ef", "#1b2033", "#46568f"),
    Palette("#53243f", "#6e3455", "#c792ac", "#fbf4f0", "#2d1523", "#8b3f69"),
    Palette("#394422", "#4e5c30", "#b5bd87", "#f9f6e6", "#232a14", "#5f7030"),
    Palette("#6a2b20", "#87392b", "#dd9c81", "#fcf4ea", "#331611", "#9c4230"),
    Palette("#2e2e33", "#43434a", "#a9a59c", "#f7f4ec", "#1c1c20", "#6b655a"),
)


def _tiled(palette: Palette, size: tuple[int, int], tile: str) -> str:
    """The ground with a tile all over it."""
    width, height = size
    return (
        f'<defs><pattern id="paper" width="{width}" height="{height}" '
        f'patternUnits="userSpaceOnUse">{tile}</pattern></defs>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.ground}"/>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#paper)"/>'
    )


def _scales(palette: Palette) -> str:
    """Arches over arches, like the scales of a fish."""

    def scale(x: int, y: int) -> str:
        rings = ((60, palette.tone), (46, palette.ground), (34, palette.tone), (20, palette.light))
        return "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}"/>' for r, fill in rings)

    rows = [(0, 0), (120, 0), (60, 40), (0, 80), (120, 80), (60, 120)]
    return _tiled(palette, (120, 80), "".join(scale(x, y) for x, y in rows))


def _vaults(palette: Palette) -> str:
    """A wall of nested arches."""
    arches = "".join(
        f'<path d="M{75 - r} 150V75a{r} {r} 0 0 1 {2 * r} 0V150" fill="none" '
        f'stroke="{palette.light if r == 22 else palette.tone}" stroke-width="{4 if r == 22 else 8}"/>'
        for r in (62, 42, 22)
    )
    floor = f'<path d="M0 150H150" stroke="{palette.light}" stroke-width="3"/>'
    return _tiled(palette, (150, 150), arches + floor)


def _stars(palette: Palette) -> str:
    """Eight-pointed stars with a dot between four of them."""
    star = (
        f'<g fill="{palette.tone}"><rect x="32" y="32" width="56" height="56"/>'
        '<rect x="32" y="32" width="56" height="56" transform="rotate(45 60 60)"/></g>'
        f'<circle cx="60" cy="60" r="17" fill="{palette.light}"/>'
        f'<circle cx="60" cy="60" r="8" fill="{palette.ground}"/>'
    )
    corners = "".join(
        f'<circle cx="{x}" cy="{y}" r="9" fill="{palette.light}"/>'
        for x in (0, 120)
        for y in (0, 120)
    )
    return _tiled(palette, (120, 120), star + corners)


def _leaves(palette: Palette) -> str:
    """Leaves in crossing rows, each with its rib."""

    def leaf(x: int, y: int, turn: int) -> str:
        return (
            f'<g transform="translate({x} {y}) rotate({turn})">'
            f'<path d="M0 -62C38 -30 38 30 0 62C-38 30 -38 -30 0 -62Z" fill="{palette.tone}"/>'
            f'<path d="M0 -44V44" stroke="{palette.light}" stroke-width="4"/></g>'
        )

    leaves = [leaf(50, 70, 28), leaf(150, 70, -28), leaf(50, 210, -28), leaf(150, 210, 28)]
    dots = "".join(
        f'<circle cx="{x}" cy="{y}" r="8" fill="{palette.light}"/>'
        for x in (0, 100, 200)
        for y in (0, 140, 280)
    )
    return _tiled(palette, (200, 280), "".join(leaves) + dots)


def _ribs(palette: Palette) -> str:
    """Circles that cross, as the ribs of a vault seen from below."""
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="80" fill="none" stroke="{palette.tone}" stroke-width="7"/>'
        for x in (0, 80, 160)
        for y in (0, 80, 160)
    )
    bosses = "".join(
        f'<circle cx="{x}" cy="{y}" r="10" fill="{palette.light}"/>'
        for x in (0, 80, 160)
        for y in (0, 80, 160)
    )
    return _tiled(palette, (160, 160), rings + bosses)


def _tiles(palette: Palette) -> str:
    """A floor of diamonds."""
    lozenge = (
        f'<path d="M50 4L96 80L50 156L4 80Z" fill="{palette.tone}"/>'
        f'<path d="M50 34L78 80L50 126L22 80Z" fill="{palette.ground}"/>'
        f'<path d="M50 60L62 80L50 100L38 80Z" fill="{palette.light}"/>'
    )
    return _tiled(palette, (100, 160), lozenge)


def _waves(palette: Palette) -> str:
    """Lines that swing past each other."""
    lines = "".join(
        f'<path d="M{x} -10C{x + 45} 30 {x - 45} 80 {x} 120S{x - 45} 200 {x} 250" fill="none" '
        f'stroke="{tone}" stroke-width="{width}"/>'
        for x, tone, width in (
            (0, palette.tone, 12),
            (40, palette.light, 3),
            (80, palette.tone, 12),
            (120, palette.light, 3),
            (160, palette.tone, 12),
        )
    )
    return _tiled(palette, (160, 240), lines)


PATTERNS: tuple[Callable[[Palette], str], ...] = (
    _scales,
    _vaults,
    _stars,
    _leaves,
    _ribs,
    _tiles,
    _waves,
)
"""Each draws the whole ground of a cover."""
