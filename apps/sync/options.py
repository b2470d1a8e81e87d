"""What staff may tune about the sync."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core.options import Number, OptionGroup
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

    @property
    def variable(self) -> str:
        return f"SYNC_INTERVAL_{self.entity.upper()}_HOURS"


class SyncOptions(OptionGroup):
    key, title, icon, order = "sync", _("Sync"), "sync", 30

    item_groups_hours = Interval(_("Categories"), default="24")
    items_hours = Interval(_("Items"), default="1")
    customers_hours = Interval(_("Customers"), default="1")
    sales_hours = Interval(_("Sales"), default="0.25")
