"""The calendar of orders."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.clock import day_named, shop_day
from apps.orders.calendar import DAYS, Week, read_week, week_of
from apps.orders.models import Order
from apps.orders.options import is_net


@staff_page
class OrdersCalendar(StaffPage):
    """Days across, windows down; the week is in the address, so that it can be shared."""

    title = _("Calendar")
    permission_key = "orders.view"
    route = "orders/calendar/"
    url_name = "orders_calendar"
    template_name = "orders/calendar.html"
    parts: ClassVar[Mapping[str, str]] = {"board": "orders/calendar_board.html"}

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Orders"), _link("admin:orders_order_changelist"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = shop_day(timezone.now())
        week = read_week(week_of(_asked(self.request.GET.get("week", ""), today)))
        newest = None if week.total.orders else _newest_week()
        return super().get_context_data(**kwargs) | {
            "lead": _("When orders come in, against the busiest day and window of these five weeks."),
            "week": week,
            "last": week.days[-1],
            "today": today,
            "head": [_head(week, at) for at in range(DAYS)],
            "earlier": (week.first - timedelta(days=DAYS)).isoformat(),
            "later": (week.first + timedelta(days=DAYS)).isoformat(),
            "is_this_week": week.first == week_of(today),
            "newest": newest,
            "is_net": is_net(),
            "newest_text": newest.isoformat() if newest else "",
        }


def _head(week: Week, at: int) -> dict[str, Any]:
    return {"day": week.days[at], "load": week.by_day[at], "is_last": at == DAYS - 1}


def _asked(text: str, today: date) -> date:
    """The day that the address names; today when it names none."""
    return day_named(text) or today


def _newest_week() -> date | None:
    """For an empty week: where the newest order stands."""
    newest = Order.objects.placed().newest_first().values_list("placed_at", flat=True).first()
    return week_of(shop_day(newest)) if newest else None


def _link(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
