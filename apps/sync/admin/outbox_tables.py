"""What a message says beside what ERPNext has, and the ways from it to what it is about."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.history import field_words
from apps.core.admin.profile import Shown, Table
from apps.core.models import Outgoing
from apps.core.money import money
from apps.core.outgoing import said_in
from apps.core.states import WAITING, OutgoingState
from apps.core.templatetags import larder as say
from apps.sync.engine import values
from apps.sync.push import KINDS, Kind
from apps.sync.push.contents import arranged, as_said, content_of, told_apart
from apps.sync.push.declarations import Content
from apps.sync.push.declarations import Table as Sent
from apps.sync.services.awaiting import awaited
from apps.sync.services.delivering import is_theirs

PLACE = "warehouse_name"
BY_THE_UNIT = frozenset({"unit_factor"})  # a column that stands within another
COSTS = frozenset({"quantity", "rate"})
NAMED = 10  # messages that another waits for
BEFORE = ((_("Message"), False), (_("State"), False))
HEADS = ((_("Field"), False), (_("Said"), False), (_("In ERPNext"), False), (_("Same"), False))


def title_of(message: Outgoing) -> str:
    """A kind and what tells the document from others of it."""
    kind = KINDS.get(message.kind)
    if kind is None or kind.is_referenced:
        return f"{_now(kind.title) if kind else message.kind} {message.reference}"
    return f"{_now(kind.title)} {', '.join(said_in(message.reference))}"


def payload_of(message: Outgoing) -> dict[str, Any]:
    """What it says, in an order that can be read."""
    kind = KINDS.get(message.kind)
    return arranged(kind, message.payload) if kind else dict(message.payload)


def subject_link(message: Outgoing) -> str:
    """Where the page of what it is about is; empty when it has none."""
    try:
        model = apps.get_model(message.subject_kind)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        return reverse(name, args=[message.subject_id])
    except (LookupError, ValueError, NoReverseMatch):
        return ""


def tables_of(message: Outgoing) -> list[Table]:
    """What goes before it, what differs in ERPNext, and the rows that it has."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return []
    return [*_before(message), *compared(message), *_rows_said(kind, message)]


# --- what goes before it -----------------------------------------------------------------------------------
def _before(message: Outgoing) -> Iterator[Table]:
    """The messages that it waits for, each with its page: those first that somebody has to see to."""
    before = awaited(message) if message.state in WAITING else []
    if before:
        first = sorted(before, key=lambda one: one.state != OutgoingState.NEEDS_ATTENTION)[:NAMED]
        more = len(before) - len(first)
        said = ngettext("… and %(n)d more", "… and %(n)d more", more) % {"n": more} if more else ""
        rows = [(_link_to(one), _state_of(one)) for one in first]
        yield Table(_("Goes first"), BEFORE, rows, more=said)


def _link_to(message: Outgoing) -> Shown:
    link = reverse("admin:core_outgoing_change", args=[message.pk])
    return format_html('<a class="lr-link" href="{}">{}</a>', link, title_of(message))


def _state_of(message: Outgoing) -> Shown:
    return chips.chip_for(message, "state").__html__()


# --- what was said, and what is there ----------------------------------------------------------------------
def compared(message: Outgoing) -> list[Table]:
    """Field by field, where ERPNext has answered with a document of ours: what was said, what differs."""
    kind = KINDS.get(message.kind)
    if kind is None or "name" not in message.answer or is_theirs(kind, message.answer):
        return []
    return [Table(_("Said and stored"), HEADS, list(_rows(kind, message)))]


def _rows(kind: Kind, message: Outgoing) -> Iterator[tuple[Shown, ...]]:
    """What differs first, of tables row by row; then what was said and is so."""
    said, stored = as_said(kind, message.payload), content_of(kind, message.answer)
    names = [
        name for name in (*kind.columns, *kind.tables) if name in said and not _is_open(kind, name, said)
    ]
    apart = {name: (said[name], stored[name]) for name in names if said[name] != stored[name]}
    for place, was, now in told_apart(apart):
        yield _compared(kind, place, was, now)
    for name in names:
        if name in kind.columns and name in message.payload and name not in apart:
            yield _compared(kind, name, said[name], stored[name])


def _is_open(kind: Kind, name: str, said: Content) -> bool:
    return name in kind.left_open and said[name] is None


def _compared(kind: Kind, place: str, was: Any, now: Any) -> tuple[Shown, ...]:
    chip = Chip(_now("Same"), Tone.WELL) if was == now else Chip(_now("Differs"), Tone.ACT, "difference")
    return (_words_of(kind, place), _shown(was), _shown(now), chip.__html__())


def _words_of(kind: Kind, place: str) -> str:
    """A field by its name; of a row "Batch (3)"."""
    table, _bracket, rest = place.partition("[")
    if table not in kind.tables:
        return capfirst(field_words(kind.source.model, place))
    rows = kind.tables[table].rows.model
    number, _dot, column = rest.partition("].")
    return f"{capfirst(field_words(rows, column))} ({number})" if column else _plural(rows)


def _plural(rows: type[models.Model]) -> str:
    return capfirst(str(rows._meta.verbose_name_plural))


# --- its rows ----------------------------------------------------------------------------------------------
def _rows_said(kind: Kind, message: Outgoing) -> Iterator[Table]:
    """Each table of the document that has rows: what they say, and what they come to where they cost."""
    content = as_said(kind, message.payload)
    for name, table in kind.tables.items():
        rows = content.get(name)
        if rows:
            raw = message.payload[name]
            yield _table(table, [_readable(row, given) for row, given in zip(rows, raw, strict=True)])


def _readable(row: Content, given: dict[str, Any]) -> Content:
    """What could not be read stands as it was written: that is what has to be mended."""
    return {name: given.get(name) if value is None else value for name, value in row.items()}


def _table(table: Sent, rows: list[Content]) -> Table:
    """A row a line, by its number, for complaints name that. What all are alike in stands in the title."""
    place = _same_place(rows)
    columns = {name: one for name, one in table.columns.items() if name not in BY_THE_UNIT}
    columns = {name: one for name, one in columns.items() if not (place and name == PLACE)}
    heads = [
        (capfirst(field_words(table.rows.model, name)), one.read is values.number)
        for name, one in columns.items()
    ]
    cells = [_row(number, row, columns) for number, row in enumerate(rows, start=1)]
    title = f"{_plural(table.rows.model)}, {place}" if place else _plural(table.rows.model)
    if not COSTS.issubset(columns):
        return Table(title, heads, cells)
    amounts = [_amount(row) for row in rows]
    return Table(
        title,
        [*heads, (_("Amount"), True)],
        [(*row, say.money(amount)) for row, amount in zip(cells, amounts, strict=True)],
        foot=[(_now("Total"), *[""] * (len(heads) - 1), say.money(_total(amounts)))],
    )


def _same_place(rows: list[Content]) -> str:
    """The warehouse that all of it goes to, as a delivery mostly does."""
    places = {str(row.get(PLACE) or "") for row in rows}
    return places.pop() if len(places) == 1 else ""


def _row(number: int, row: Content, columns: Iterable[str]) -> tuple[Shown, ...]:
    first, *others = (_cell(name, row) for name in columns)
    return (f"{number}. {first}", *others)


def _cell(name: str, row: Content) -> Shown:
    value = row[name]
    if name == "rate" and isinstance(value, Decimal):
        return say.money(value)
    factor = row.get("unit_factor")
    if name == "unit" and factor not in (None, 1):
        return _now("%(unit)s of %(number)s") % {"unit": value, "number": _shown(factor)}
    return _shown(value)


def _amount(row: Content) -> Decimal | None:
    quantity, rate = row["quantity"], row["rate"]
    is_told = isinstance(quantity, Decimal) and isinstance(rate, Decimal)
    return money(quantity * rate) if is_told else None


def _total(amounts: list[Decimal | None]) -> Decimal | None:
    """None while something is not readable: a part of it would be taken for all."""
    told = [amount for amount in amounts if amount is not None]
    return sum(told, Decimal()) if len(told) == len(amounts) else None


def _shown(value: Any) -> str:
    match value:
        case list():
            return "; ".join(", ".join(str(one) for one in row.values() if one) for row in value) or "—"
        case bool():
            return _now("Yes") if value else _now("No")
        case Decimal():
            return f"{value.normalize():f}"
        case None | "":
            return "—"
    return str(value)
