"""Settings that staff may tune (docs/adr/0203).

Declared by each app in its ``options.py``::

    class ShopOptions(OptionGroup):
        key, title = "shop", _("Shop")
        low_stock_safety_days = Whole(_("Low-stock safety days"), default=3, least=0, most=90)

read anywhere as ``options.shop.low_stock_safety_days`` (after ``from apps.core import options``), or, with
its type, from the group itself; changed only by ``options.save``.
"""

from apps.core.options import own  # noqa: F401 - declares core's own groups
from apps.core.options.addresses import Email, Url
from apps.core.options.groups import (
    GroupReader,
    OptionGroup,
    Section,
    all_options,
    group_keys,
    option_called,
    parts_of,
)
from apps.core.options.kinds import Choice, Duration, Flag, Number, Option, Percent, Secret, Text, Whole
from apps.core.options.offers import OneOf, Several
from apps.core.options.reading import forget, is_fixed, last_known, value_of
from apps.core.options.saving import Change, ChangedMeanwhileError, changes, last_changes, reset, save

__all__ = [
    "Change",
    "ChangedMeanwhileError",
    "Choice",
    "Duration",
    "Email",
    "Flag",
    "Number",
    "OneOf",
    "Option",
    "OptionGroup",
    "Percent",
    "Secret",
    "Section",
    "Several",
    "Text",
    "Url",
    "Whole",
    "all_options",
    "changes",
    "forget",
    "group_keys",
    "is_fixed",
    "last_changes",
    "last_known",
    "option_called",
    "parts_of",
    "reset",
    "save",
    "value_of",
]


def __getattr__(group: str) -> GroupReader:
    if not parts_of(group):
        raise AttributeError(f"no option group “{group}”")
    return GroupReader(group)
