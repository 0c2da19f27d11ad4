"""Bar charts drawn on the server: where each bar stands, for a template to write as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
HEIGHT = 200
_ROW = 26
_LABELS = 150
_NUMBERS = 70
_GAP = 0.25

Row = tuple[str, int]


@dataclass(frozen=True)
class Bar:
    """One bar with its label; lengths are in units of the drawing."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    text_x: float = 0.0
    text_y: float = 0.0
    is_marked: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart; ``name`` is part of addresses, ``of`` and ``unit`` head the columns of its table."""

    name: str
    title: str
    of: str
    unit: str
    bars: Sequence[Bar]
    width: int
    height: int
    is_upright: bool
    most: int = 0

    @property
    def rows(self) -> list[Row]:
        """The numbers behind it."""
        return [(bar.label, bar.value) for bar in self.bars]


def upright(name: str, title: str, of: str, unit: str, rows: Sequence[Row]) -> Chart:
    """Columns from left to right, for what has an order in time; about ten are labelled."""
    most = max((value for _, value in rows), default=0)
    step = WIDTH / max(1, len(rows))
    every = max(1, -(-len(rows) // 10))
    bars = []
    for place, (label, value) in enumerate(rows):
        height = HEIGHT * value / most if most else 0.0
        bars.append(
            Bar(
                label,
                value,
                x=round(step * (place + _GAP / 2), 2),
                y=round(HEIGHT - height, 2),
                width=round(step * (1 - _GAP), 2),
                height=round(height, 2),
                text_x=round(step * (place + 0.5), 2),
                text_y=HEIGHT + 18.0,
                is_marked=place % every == 0,
            )
        )
    return Chart(name, title, of, unit, bars, WIDTH, HEIGHT + 26, is_upright=True, most=most)


def lying(name: str, title: str, of: str, unit: str, rows: Sequence[Row]) -> Chart:
    """Bars from top to bottom, each with its label before it and its number behind."""
    most = max((value for _, value in rows), default=0)
    room = WIDTH - _LABELS - _NUMBERS
    bars = [
        Bar(
            label,
            value,
            x=_LABELS,
            y=float(_ROW * place + 4),
            width=round(room * value / most, 2) if most else 0.0,
            height=float(_ROW - 8),
            text_x=round(_LABELS + (room * value / most if most else 0) + 8, 2),
            text_y=float(_ROW * place + 18),
        )
        for place, (label, value) in enumerate(rows)
    ]
    height = _ROW * max(1, len(rows))
    return Chart(name, title, of, unit, bars, WIDTH, height, is_upright=False, most=most)
