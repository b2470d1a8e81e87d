"""What Larder's templates say in one word: figures, chips, tiles, states."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.core import figures
from apps.core.admin import chips, drawing
from apps.core.admin.tiles import Tile
from apps.core.clock import shop_day

register = template.Library()


def _isolated(text: str) -> SafeString:
    """Figures and codes keep their order inside right-to-left text."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def money(amount: figures.Number | None, currency: str = "") -> SafeString:
    return _isolated(figures.money_text(amount, currency=currency or ""))


@register.filter
def count(number: int | None) -> SafeString:
    return _isolated(figures.count_text(number))


@register.filter
def quantity(amount: figures.Number | None) -> SafeString:
    return _isolated(figures.quantity_text(amount))


@register.filter
def about(amount: figures.Number | None) -> SafeString:
    return _isolated(figures.about_text(amount))


@register.filter
def percent(share: figures.Number | None) -> SafeString:
    return _isolated(figures.percent_text(share))


@register.filter
def duration(spell: timedelta | None) -> str:
    return figures.duration_text(spell)


@register.filter
def code(text: object) -> SafeString:
    """A number, code or Latin name that must not be turned around."""
    return format_html('<bdi class="lr-code">{}</bdi>', text or figures.NONE)


@register.filter
def day(at: date | datetime | None) -> SafeString | str:
    """A calendar day of the shop."""
    if at is None:
        return figures.NONE
    meant = shop_day(at) if isinstance(at, datetime) else at
    return format_html(
        '<time datetime="{}">{}</time>',
        meant.isoformat(),
        figures.day_text(meant, today=shop_day(timezone.now())),
    )


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """As "today 10:42"; the whole stamp with its zone on hover."""
    return _timed(at, figures.moment_text(at, now=timezone.now()))


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """As "3 minutes ago"; the whole stamp with its zone on hover."""
    return _timed(at, figures.ago_text(at, now=timezone.now()))


@register.filter
def age(since: datetime) -> SafeString | str:
    """As "3 hours, 5 minutes" that something waits, or "just now"; the whole stamp on hover."""
    return _timed(since, figures.age_text(since, now=timezone.now()))


@register.filter
def is_minutes_old(since: datetime) -> bool:
    """Whether it waits long enough to say for how long."""
    return timezone.now() - since >= timedelta(minutes=1)


def _timed(at: datetime | None, text: str) -> SafeString | str:
    if at is None:
        return text
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), figures.stamp_text(at), text
    )


@register.filter
def entity_title(name: str) -> str:
    """An entity's name as a title: "item_groups" reads "Item groups"."""
    return gettext(name.replace("_", " ").capitalize())


@register.filter
def initials(person: object) -> str:
    """The first letters of the first and the last name."""
    words = str(person).split("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A Material Symbol; what it means is always said beside it."""
    return format_html('<span class="lr-icon {}" aria-hidden="true">{}</span>', extra, name)


@register.simple_tag
def copy_words() -> SafeString:
    """What a button that copies (static/larder/js/copy.js) says when it has, and when it could not."""
    return format_html(
        'data-copied="{}" data-by-hand="{}"', gettext("Copied"), gettext("Selected: copy it by hand")
    )


@register.simple_tag
def chip(word: str, tone: str = "quiet", icon: str = "") -> SafeString:
    return chips.Chip(word=word, tone=chips.Tone(tone), icon=icon).__html__()


@register.simple_tag
def chip_for(record: Model, field: str = "status") -> SafeString:
    return chips.chip_for(record, field).__html__()


@register.inclusion_tag("larder/components/tile.html")
def tile(shown: Tile) -> dict[str, Any]:
    return {"tile": shown}


@register.inclusion_tag("larder/components/sparkline.html")
def sparkline(points: list[figures.Number], label: str) -> dict[str, Any]:
    """The course of a figure in a glance; ``label`` says it to whoever cannot see it."""
    return {"line": drawing.sparkline(points), "label": label}


@register.inclusion_tag("larder/components/bar.html")
def bar(part: figures.Number, whole: figures.Number | None, label: str, tone: str = "well") -> dict[str, Any]:
    """A part of a whole as a bar: load against capacity, done against all."""
    return {"share": drawing.share(part, whole), "label": label, "tone": chips.Tone(tone)}


@register.inclusion_tag("larder/components/change.html")
def change(share: figures.Number | None, good: str = "up") -> dict[str, Any]:
    """A change with its sign and arrow; ``good`` says which way is well: up, down or none."""
    return {"text": figures.percent_text(share, signed=True), "face": drawing.change_face(share, good=good)}


@register.simple_tag(takes_context=True)
def trail(context: Context) -> list[Any]:
    """The steps above this page: given by the page, or found from the model that it shows."""
    return drawing.trail(context)
