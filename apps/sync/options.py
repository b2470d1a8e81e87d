"""What staff may tune about the sync."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.figures import duration_text
from apps.core.options import Duration, Flag, Number, OptionGroup, Percent, Section, Text, Whole
from apps.core.options.kinds import Words

A_MONTH: Final = Decimal(24 * 31)


class Interval(Number):
    """Hours between two runs of an entity; 0 is off."""

    def __init__(self, title: Words, *, default: str) -> None:
        super().__init__(
            title,
            default=Decimal(default),
            places=4,
            least=Decimal(0),
            most=A_MONTH,
            unit="h",
            hint=_("Hours between two runs; 0.25 is fifteen minutes, 0 is off."),
        )

    def __set_name__(self, owner: Any, name: str) -> None:
        super().__set_name__(owner, name)
        self.entity = name.removesuffix("_hours")

    def shown(self, value: Any) -> str:
        """As "5 min": to the second, for 0.0833 h is meant to be five minutes."""
        if not value:
            return super().shown(value) if value is None else _t("off")
        return duration_text(timedelta(seconds=round(value * 3600)))

    @property
    def variable(self) -> str:
        return f"SYNC_INTERVAL_{self.entity.upper()}_HOURS"


class FieldName(Text):
    """The name of a field of ERPNext."""

    def check(self, value: str) -> None:
        super().check(value)
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", value):
            raise ValueError(_("a field's name is small letters, digits and underscores"))


class ShopOptions(OptionGroup):
    """What this shop's ERPNext calls what has no standard name."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    nationality_field = FieldName(
        _("Nationality field"),
        default="custom_nationality",
        longest=64,
        hint=_(
            "The field of a customer in ERPNext; “manage.py sync connect” finds it. "
            "After a change all customers are read anew."
        ),
    )


class SyncOptions(OptionGroup):
    key, title, icon, order = "sync", _("Intervals"), "timer", 30
    section = Section.SYNC
    page = "sync_intervals"

    item_groups_hours = Interval(_("Categories"), default="24")
    items_hours = Interval(_("Items"), default="1")
    customers_hours = Interval(_("Customers"), default="1")
    sales_hours = Interval(_("Sales"), default="0.25")
    loyalty_hours = Interval(_("Loyalty"), default="1")
    prices_hours = Interval(_("Prices"), default="1")
    suppliers_hours = Interval(_("Suppliers"), default="24")
    batches_hours = Interval(_("Batches"), default="1")
    stock_hours = Interval(_("Stock"), default="0.0833")
    pricing_rules_hours = Interval(_("Pricing rules"), default="1")


class ReadingOptions(OptionGroup):
    """How a run reads."""

    key, title, icon, order = "sync_reading", _("Reading"), "menu_book", 31
    section = Section.SYNC

    look_back = Duration(
        _("Look back"),
        default=timedelta(minutes=10),
        least=timedelta(minutes=1),
        most=timedelta(days=1),
        hint=_(
            "How far before its cursor a run begins: ERPNext stamps a document before it is there for others "
            "to see. What has not changed costs nothing but the reading."
        ),
    )
    page_size = Whole(
        _("Records a page"),
        default=1000,
        least=40,
        most=5000,
        hint=_(
            "Of records with few fields; of large ones, such as items and invoices, half as many. "
            "While ERPNext labours a page shrinks by itself."
        ),
    )


class GuardOptions(OptionGroup):
    """From when on a run stops and asks an admin, in To Do, before it writes."""

    key, title, icon, order = "sync_guards", _("Guards"), "gavel", 33
    section = Section.SYNC

    removal_share = Percent(
        _("Removals: of an entity more than"),
        default="10",
        hint=_("Records that ERPNext no longer has, as a share of what is here."),
    )
    removal_few = Whole(
        _("Removals: and more than"),
        default=20,
        least=0,
        most=100_000,
        unit=_("records"),
        hint=_("So many may go unasked, whatever share they are."),
    )
    price_share = Percent(
        _("Prices: more than"),
        default="30",
        hint=_("Of all prices; a slip in a price list moves many at once."),
    )
    price_move = Percent(
        _("Prices: that move by more than"),
        default="50",
        least="1",
        most="1000",
        hint=_("Of what the price is now, up or down."),
    )


class QuietOptions(OptionGroup):
    """When ERPNext may be read as a whole, and how long what was found is kept."""

    key, title, icon, order = "sync_nights", _("Nights and keeping"), "bedtime", 32
    section = Section.SYNC

    quiet_from = Whole(
        _("Quiet hours begin"), default=2, least=0, most=23, unit="h", hint=_("By the shop's clock.")
    )
    quiet_until = Whole(
        _("Quiet hours end"),
        default=5,
        least=0,
        most=23,
        unit="h",
        hint=_("Every entity is compared with ERPNext once in these hours. The same hour twice: never."),
    )
    full_every = Duration(
        _("Full run every"), default=timedelta(days=7), least=timedelta(days=1), most=timedelta(days=92)
    )
    changes_kept_for = Duration(
        _("Keep field differences"),
        default=timedelta(days=90),
        least=timedelta(days=1),
        most=timedelta(days=1000),
    )
    runs_kept_for = Duration(
        _("Keep runs"), default=timedelta(days=365), least=timedelta(days=7), most=timedelta(days=3650)
    )
    feed_goes_back = Duration(
        _("Live feed goes back"),
        default=timedelta(days=30),
        least=timedelta(hours=1),
        most=timedelta(days=365),
        hint=_("What happened before is on the pages of its runs, messages and To Do items."),
    )
    webhooks_kept_for = Duration(
        _("Keep webhooks"),
        default=timedelta(days=30),
        least=timedelta(days=1),
        most=timedelta(days=365),
        hint=_("One that comes again after that is taken for a new one, which costs one look."),
    )


class MannersOptions(OptionGroup):
    """How much of ERPNext's time a run leaves to the tills."""

    key, title, icon, order = "sync_manners", _("Politeness"), "hourglass", 34
    section = Section.SYNC

    pause_percent = Whole(
        _("Pause after a slow answer"),
        default=25,
        least=0,
        most=500,
        unit="%",
        hint=_("Of the time that the answer took; quick answers are followed by none. 0 is never."),
    )


class ControlOptions(OptionGroup):
    """What may go which way: `pull_<entity>` and, where Larder writes, `push_<entity>`."""

    key, title, icon, order = "sync_controls", _("Controls"), "sync_lock", 35
    section = Section.SYNC
    page = "sync_controls"

    pull_item_groups = Flag(_("Pull categories"), default=True)
    pull_items = Flag(_("Pull items"), default=True)
    pull_customers = Flag(_("Pull customers"), default=True)
    pull_sales = Flag(_("Pull sales"), default=True)
    pull_loyalty = Flag(_("Pull loyalty"), default=True)
    pull_suppliers = Flag(_("Pull suppliers"), default=True)
    pull_prices = Flag(_("Pull prices"), default=True)
    pull_stock = Flag(_("Pull stock"), default=True)
    pull_batches = Flag(_("Pull batches"), default=True)
    pull_pricing_rules = Flag(_("Pull pricing rules"), default=True)
    push_prices = Flag(_("Push prices"), default=False)
    push_batches = Flag(_("Push batches"), default=False)
    push_sales = Flag(_("Push sales"), default=False)
    push_pricing_rules = Flag(_("Push pricing rules"), default=False)
