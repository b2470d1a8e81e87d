"""One chart: a figure by day, and the same days before it, dashed. Drawn on the server as SVG.

Time runs left to right in every language; at most the two lines, told apart by dash as well as colour.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apps.core.figures import Number

WIDTH: Final = 1000  # of the drawing's own grid: it is stretched to the room there is, its lines are not
HEIGHT: Final = 100
TICKS: Final = 4
LABELS: Final = 7


@dataclass(frozen=True)
class Tick:
    """A line across, or a label below: how far, in percent, and what it says."""

    at: float
    text: str


@dataclass(frozen=True)
class Slice:
    """The strip of one day, which says its figures when pointed at."""

    x: float
    width: float
    said: str


@dataclass(frozen=True)
class Chart:
    """Ready for larder/components/chart.html."""

    now: str
    area: str
    before: str
    across: Sequence[Tick]
    below: Sequence[Tick]
    slices: Sequence[Slice]


def nice_top(highest: float) -> float:
    """A round number at or above the highest value, so that the ticks read well."""
    if highest <= 0:
        return float(TICKS)
    step = highest / TICKS
    scale = 10.0 ** math.floor(math.log10(step))
    return TICKS * scale * next(nice for nice in (1, 2, 2.5, 5, 10) if nice * scale >= step)


def draw(
    now: Sequence[Number],
    *,
    before: Sequence[Number] = (),
    labels: Sequence[str],
    said: Sequence[str],
    tick_text: "TickText",
) -> Chart:
    """The chart of ``now`` against ``before``; ``said`` is what each day says when pointed at."""
    top = nice_top(max((float(value) for value in (*now, *before)), default=0.0))
    step = WIDTH / max(len(now) - 1, 1)
    xs = [round(index * step, 1) for index in range(len(now))]
    line = _line(xs, now, top)
    return Chart(
        now=line,
        area=f"{line} L{xs[-1]} {HEIGHT} L{xs[0]} {HEIGHT} Z" if len(xs) > 1 else "",
        before=_line(xs, before, top),
        across=[
            Tick(_y(top * part / TICKS, top), tick_text(top * part / TICKS)) for part in range(TICKS + 1)
        ],
        below=[Tick(round(xs[index] / WIDTH * 100, 1), labels[index]) for index in _labelled(len(labels))],
        slices=[
            Slice(round(x - step / 2, 1), round(step, 1), text) for x, text in zip(xs, said, strict=True)
        ],
    )


class TickText:
    """How a value on the axis is written: short, with the sign of the currency if there is one."""

    def __init__(self, sign: str = "") -> None:
        self.sign = sign

    def __call__(self, value: float) -> str:
        if value >= 1_000_000:
            return f"{self.sign}{value / 1_000_000:g}m"
        return f"{self.sign}{value / 1000:g}k" if value >= 10_000 else f"{self.sign}{value:,g}"


def _y(value: Number, top: float) -> float:
    return round(HEIGHT - max(float(value), 0.0) / top * HEIGHT, 1)


def _line(xs: Sequence[float], values: Sequence[Number], top: float) -> str:
    dots = [f"{x} {_y(value, top)}" for x, value in zip(xs, values, strict=False)]
    return "M" + " L".join(dots) if len(dots) > 1 else ""


def _labelled(days: int) -> range:
    """Which days get a label: at most seven, evenly."""
    return range(0, days, max(math.ceil(days / LABELS), 1))
