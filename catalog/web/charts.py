"""Bar charts drawn on the server: where each bar stands, for a template to write as SVG.

Lengths across are per cent of the drawing and lengths down are pixels, so a chart fills any width
while its letters keep their size: docs/decisions/0009-charts.md says why no library draws them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

HEIGHT = 180
_FOOT = 26
_ROW = 28
_LABELS = 34.0
_NUMBERS = 16.0
_GAP = 0.25
_MARKED = 8
_BESIDE = 1.0
_LABEL_CHARS = 17
"""As much of a label as a third of a telephone's screen has room for on a line."""

Row = tuple[str, int]


@dataclass(frozen=True)
class Bar:
    """One bar with its label: ``x``, ``width`` and ``text_x`` in per cent, the rest in pixels.

    ``mark`` is 2 for labels shown at any width, 1 for those that need a wide screen, else 0.
    """

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    text_x: float = 0.0
    text_y: float = 0.0
    mark: int = 0

    @property
    def lines(self) -> list[str]:
        """The label on at most two lines; the table beside the chart has all of a longer one."""
        return wrap(self.label, _LABEL_CHARS, max_lines=2, placeholder="…") or [""]


@dataclass(frozen=True)
class Chart:
    """A chart; ``name`` is part of addresses, ``of`` and ``unit`` head the columns of its table."""

    name: str
    title: str
    of: str
    unit: str
    bars: Sequence[Bar]
    height: int
    is_upright: bool
    foot: int = 0

    @property
    def rows(self) -> list[Row]:
        """The numbers behind it."""
        return [(bar.label, bar.value) for bar in self.bars]


def upright(
    name: str, title: str, of: str, unit: str, rows: Sequence[Row], height: int = HEIGHT
) -> Chart:
    """Columns from left to right, for what has an order in time; about eight are labelled."""
    most = max((value for _, value in rows), default=0)
    step = 100 / max(1, len(rows))
    every = max(1, -(-len(rows) // _MARKED))
    bars = []
    for place, (label, value) in enumerate(rows):
        tall = height * value / most if most else 0.0
        marks = place // every
        bars.append(
            Bar(
                label,
                value,
                x=round(step * (place + _GAP / 2), 3),
                y=round(height - tall, 2),
                width=round(step * (1 - _GAP), 3),
                height=round(tall, 2),
                text_x=round(step * (place + _GAP / 2), 3),
                text_y=height + 18.0,
                mark=0 if place % every else (1 if marks % 3 else 2),
            )
        )
    return Chart(name, title, of, unit, bars, height + _FOOT, is_upright=True, foot=height)


def lying(name: str, title: str, of: str, unit: str, rows: Sequence[Row]) -> Chart:
    """Bars from top to bottom, each with its label before it and its number behind."""
    most = max((value for _, value in rows), default=0)
    room = 100 - _LABELS - _NUMBERS
    bars = []
    for place, (label, value) in enumerate(rows):
        long = room * value / most if most else 0.0
        bars.append(
            Bar(
                label,
                value,
                x=_LABELS,
                y=float(_ROW * place + 4),
                width=round(long, 3),
                height=float(_ROW - 8),
                text_x=round(_LABELS + long + _BESIDE, 3),
                text_y=float(_ROW * place + 19),
            )
        )
    return Chart(name, title, of, unit, bars, _ROW * max(1, len(rows)), is_upright=False)
