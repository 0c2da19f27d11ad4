"""An accent colour that can be read: any colour a host chooses, darkened or lightened as needed."""

import re

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_ENOUGH = 4.6
_STEPS = 100
DARKEST_PAPER = "#eaddc2"
"""The darkest background of the light themes."""
LIGHTEST_NIGHT = "#2b251f"
"""The lightest background of the dark theme."""
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
Rgb = tuple[int, int, int]


def is_colour(text: str) -> bool:
    """Whether the text is a colour such as #7a2a30 or #fa0."""
    return _HEX.match(text) is not None


def accent_stylesheet(colour: str) -> str:
    """Custom properties that give links and buttons this colour, readable in every theme."""
    light = readable_on(colour, DARKEST_PAPER, towards=_BLACK)
    dark = readable_on(colour, LIGHTEST_NIGHT, towards=_WHITE)
    by_day = f"--accent:{light};--link:{light};--on-accent:#ffffff"
    by_night = f"--accent:{dark};--link:{dark};--on-accent:#120f0c"
    return (
        f":root{{{by_day}}}\n"
        f':root[data-theme="dark"]{{{by_night}}}\n'
        f"@media (prefers-color-scheme: dark){{:root:not([data-theme]){{{by_night}}}}}\n"
    )


def readable_on(colour: str, background: str, *, towards: Rgb) -> str:
    """The colour, mixed with ``towards`` until texts in it can be read on the background."""
    start, behind = _rgb(colour), _rgb(background)
    for step in range(_STEPS + 1):
        mixed = _mix(start, towards, step / _STEPS)
        if _contrast(mixed, behind) >= _ENOUGH:
            break
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    return _contrast(_rgb(one), _rgb(other))


def _rgb(colour: str) -> Rgb:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _contrast(one: Rgb, other: Rgb) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(value / 255) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    linear: float = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return linear
