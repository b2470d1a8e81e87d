"""The staff home page (spec/08): four figures, one chart, what needs a hand, what happened.

Every part is filtered by the person's own rights here, on the server: the theme calls this for anyone who is
signed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.approvals.counting import open_count
from apps.catalog.models import Product
from apps.core import figures
from apps.core.access import may
from apps.core.admin.charts import Chart, TickText, draw
from apps.core.admin.tiles import Tile
from apps.core.clock import shop_day
from apps.customers.models import Customer
from apps.dashboard import reports
from apps.dashboard.options import RANGES
from apps.dashboard.spans import Span, span_of
from apps.notifications.models import Receipt
from apps.orders.models import Order
from apps.orders.options import is_net


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Everything that the home page shows to this person."""
    person = request.user
    if not may(person, "dashboard.view"):
        return context | {"may_look": False}
    span = span_of(request.GET, now=timezone.now())
    health = reports.sync_health(now=span.now)
    sold = reports.sales(span) if may(person, "orders.view") else None
    return context | {
        "may_look": True,
        "span": span,
        "ranges": _ranges(span),
        "today": shop_day(span.now),
        "tiles": list(_tiles(person, span, sold, health)),
        "chart": _chart(span, sold) if sold else None,
        "sold": sold,
        "recent": reports.recent_orders() if sold else None,
        "last_day": reports.last_day_with_orders() if sold and not sold.orders else None,
        "health": health if may(person, "sync.view") else None,
        "waiting": open_count(person) if may(person, "todo.view") else None,
        "feed": list(Receipt.objects.of(person).latest_first()[:6]) if isinstance(person, User) else [],
        "checklist": _checklist(person, health),
        "orders_link": _link("admin:orders_order_changelist"),
        "sync_link": _link("admin:sync"),
        "todo_link": _link("admin:todo"),
        "inbox_link": _link("admin:notifications"),
        "quarantine_link": _link("admin:sync_quarantine_changelist"),
        "outbox_link": _link("admin:core_outgoing_changelist") + "?state=needs_attention",
    }


def _ranges(span: Span) -> list[dict[str, Any]]:
    return [
        {"days": days, "title": words, "active": not span.is_custom and span.days == days}
        for days, words in RANGES.items()
    ]


def _link(name: str) -> str:
    """Where the rows are, once that page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


# --- tiles ------------------------------------------------------------------------------------------------


def _tiles(
    person: object, span: Span, sold: reports.Sales | None, health: reports.SyncHealth
) -> Iterator[Tile]:
    if may(person, "customers.view"):
        yield _standing_tile(
            _("Total customers"), "group", reports.standing(Customer.objects.present(), span), span,
            link=_link("admin:customers_customer_changelist"), entity="customers", health=health,
        )  # fmt: skip
    if may(person, "products.view"):
        yield _standing_tile(
            _("Products"), "nutrition", reports.standing(Product.objects.present(), span), span,
            link=_link("admin:catalog_product_changelist"), entity="items", health=health,
        )  # fmt: skip
    if sold:
        yield _active_tile(span, sold, health)
        yield _revenue_tile(span, sold, health)


def _standing_tile(
    label: str,
    icon: str,
    held: reports.Standing,
    span: Span,
    *,
    link: str,
    entity: str,
    health: reports.SyncHealth,
) -> Tile:
    added = held.now - held.at_start
    return Tile(
        label=label,
        icon=icon,
        value=figures.count_text(held.now if health.as_of(entity) or held.now else None),
        meaning=_("%(n)s new %(within)s") % {"n": figures.count_text(added), "within": span.within}
        if added
        else _("none new %(within)s") % {"within": span.within},
        change=figures.change_of(held.now, held.at_start),
        span=span.since,
        good="none",
        points=held.course,
        link=link,
        **_freshness(health, entity),
    )


def _active_tile(span: Span, sold: reports.Sales, health: reports.SyncHealth) -> Tile:
    active = reports.active_orders()
    oldest = figures.moment_text(active["oldest"], now=span.now)
    placed = {"n": figures.count_text(sold.orders), "within": span.within}
    return Tile(
        label=_("Active orders"),
        icon="receipt_long",
        value=figures.count_text(active["count"] if health.as_of("sales") or active["count"] else None),
        meaning=_("open or to deliver, the oldest placed %(when)s") % {"when": oldest}
        if active["count"]
        else _("no order is open or to deliver"),
        lead=_("%(n)s placed %(within)s") % placed,
        change=figures.change_of(sold.orders, sold.orders_before),
        span=span.compared,
        link=_with(_link("admin:orders_order_changelist"), "status=open&status=to_deliver"),
        **_freshness(health, "sales"),
    )


def _revenue_tile(span: Span, sold: reports.Sales, health: reports.SyncHealth) -> Tile:
    return Tile(
        label=_("Revenue"),
        icon="payments",
        value=figures.money_text(sold.total if health.as_of("sales") or sold.orders else None),
        meaning=(
            _("invoices less returns, without tax, %(span)s")
            if is_net()
            else _("invoices less returns, %(span)s")
        )
        % {"span": span.words},
        change=figures.change_of(sold.total, sold.total_before),
        span=span.compared,
        points=sold.revenue,
        link=_link("admin:orders_order_changelist"),
        **_freshness(health, "sales"),
    )


def _freshness(health: reports.SyncHealth, entity: str) -> dict[str, Any]:
    """As of which sync; greyed where newer figures should have come."""
    as_of = health.as_of(entity)
    if not health.is_behind(entity):
        return {"as_of": as_of}
    if as_of is None:
        return {"stale": _("never read to the end")}
    said = {"when": figures.moment_text(as_of, now=health.now)}
    return {"as_of": as_of, "stale": _("not read since %(when)s") % said}


def _with(link: str, query: str) -> str:
    return f"{link}?{query}" if link else ""


# --- chart ------------------------------------------------------------------------------------------------


def _chart(span: Span, sold: reports.Sales) -> Chart | None:
    """Revenue by day; of a single day there is no course."""
    if span.days < 2:
        return None
    today = shop_day(span.now)
    said = [
        f"{figures.day_text(day, today=today)}: {figures.money_text(now)} ({figures.money_text(before)})"
        for day, now, before in zip(span.dates, sold.revenue, sold.revenue_before, strict=True)
    ]
    sign = figures.SYMBOLS.get(settings.SHOP_CURRENCY, "")
    return draw(
        sold.revenue,
        before=sold.revenue_before,
        labels=[f"{day.day} {day:%b}" for day in span.dates],
        said=said,
        tick_text=TickText(sign),
    )


# --- first run --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FirstStep:
    """Something to do before the shop can work."""

    title: str | Promise
    text: str | Promise
    done: bool
    link: str = ""


def _checklist(person: object, health: reports.SyncHealth) -> list[FirstStep]:
    """The first run's steps, until all are done; for those who can do something about it."""
    if not may(person, "settings.edit"):
        return []
    steps = [
        FirstStep(
            _("Connect ERPNext"),
            _("Set its address and the key of a user that may read, and start again."),
            bool(health.read_at),  # an address alone connects nothing: it has answered once
        ),
        FirstStep(
            _("Read everything once"),
            _("Items, customers and invoices: “Sync everything”, under Settings › Sync."),
            Order.objects.exists(),
            _link("admin:sync"),
        ),
        FirstStep(
            _("Add your staff"),
            _("Each with a role: nobody shares an account."),
            User.objects.count() > 1,
            _link("admin:staff_add"),
        ),
    ]
    return [] if all(step.done for step in steps) else steps
