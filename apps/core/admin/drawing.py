"""What the small drawings of a page are made of: points, shares, arrows, trails. Pure, but for the links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.template import Context
from django.urls import NoReverseMatch, reverse

from apps.core.admin.chips import Tone
from apps.core.admin.pages import Crumb
from apps.core.figures import Number

WIDTH: Final = 96
HEIGHT: Final = 32
EDGE: Final = 3


@dataclass(frozen=True)
class Line:
    """A sparkline, ready for SVG; time runs left to right in every language."""

    path: str
    area: str
    end_x: float
    end_y: float


def sparkline(points: Sequence[Number]) -> Line | None:
    """The course of a figure, scaled into its box; fewer than two points have no course."""
    if len(points) < 2:
        return None
    values = [float(point) for point in points]
    low, span = min(values), (max(values) - min(values)) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    dots = [
        (round(EDGE + index * step, 1), round(HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE), 1))
        for index, value in enumerate(values)
    ]
    path = "M" + " L".join(f"{x} {y}" for x, y in dots)
    return Line(
        path=path,
        area=f"{path} L{dots[-1][0]} {HEIGHT} L{dots[0][0]} {HEIGHT} Z",
        end_x=dots[-1][0],
        end_y=dots[-1][1],
    )


def share(part: Number, whole: Number | None) -> str:
    """A part of a whole as a width in percent, never beyond the bar; a point whatever the language."""
    if not whole:
        return "0.0"
    return f"{min(max(float(part) / float(whole), 0.0), 1.0) * 100:.1f}"


@dataclass(frozen=True)
class ChangeFace:
    """How a change looks."""

    tone: Tone
    icon: str


def change_face(change: Number | None, *, good: str) -> ChangeFace:
    """Up is well for revenue, down is well for failures; where neither is, the arrow stays quiet."""
    if not change:
        return ChangeFace(Tone.QUIET, "trending_flat")
    rises = Decimal(str(change)) > 0
    arrow = "arrow_upward" if rises else "arrow_downward"
    if good not in {"up", "down"}:
        return ChangeFace(Tone.QUIET, arrow)
    return ChangeFace(Tone.WELL if rises == (good == "up") else Tone.ACT, arrow)


def trail(context: Context | Mapping[str, Any]) -> list[Crumb]:
    """The steps above a page: its own, or those of the model that Django's admin shows."""
    given = context.get("breadcrumbs")
    if given is not None:
        return list(given)
    opts = context.get("opts")
    if opts is None or context.get("cl"):
        return []
    crumbs = [
        _crumb(
            str(opts.verbose_name_plural).capitalize(), f"admin:{opts.app_label}_{opts.model_name}_changelist"
        )
    ]
    original = None if "profile" in context else context.get("original") or context.get("object")
    if original and not isinstance(original, str) and str(original) != str(context.get("title")):
        crumbs.append(
            _crumb(str(original), f"admin:{opts.app_label}_{opts.model_name}_change", args=[original.pk])
        )
    return crumbs


def _crumb(title: str, name: str, **where: Any) -> Crumb:
    """A step whose page may not exist: then it is said, without a link."""
    try:
        return Crumb(title, reverse(name, **where))
    except NoReverseMatch:
        return Crumb(title)
