"""The settings of core itself: facts of the deployment that staff look up, and what its own parts read."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.core.options.groups import OptionGroup
from apps.core.options.kinds import Duration, Text, Whole


class ShopOptions(OptionGroup):
    """Money and time of this installation; the apps above add what they know of the shop."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10

    currency = Text(
        _("Currency"), default="GBP", setting="SHOP_CURRENCY", hint=_("Of every amount that Larder decides.")
    )
    time_zone = Text(
        _("Time zone"),
        default="Europe/London",
        setting="SHOP_TIME_ZONE",
        hint=_("In which a day, a window and a cutoff are meant."),
    )
    erp_time_zone = Text(
        _("ERPNext's time zone"),
        default="Europe/London",
        setting="ERP_TIME_ZONE",
        hint=_("As its System Settings have it; its stamps carry none."),
    )


class ApiOptions(OptionGroup):
    """How the API treats its callers."""

    key, title, icon, order = "api", _("API"), "api", 20

    requests_per_minute = Whole(
        _("Requests per minute"),
        default=600,
        least=10,
        most=100_000,
        hint=_(
            "Of a person, or of an app key by itself; a key may have a figure of its own. Beyond it the "
            "caller is told when to go on."
        ),
    )
    requests_per_address = Whole(
        _("Requests per minute and address"),
        default=120,
        least=10,
        most=100_000,
        hint=_(
            "Of one address that nobody signed in from: its share of a key that many use at once, so that "
            "one caller does not use it up for all."
        ),
    )
    sign_ins_per_minute = Whole(
        _("Sign-ins per minute and address"),
        default=20,
        least=5,
        most=1000,
        hint=_("Tries through apps, whoever is to be signed in. Wrong ones lock the account besides."),
    )


class AuditOptions(OptionGroup):
    """How long the trace is kept."""

    key, title, icon, order = "audit", _("Audit"), "policy", 90

    kept_for = Duration(
        _("Entries are kept for"),
        default=timedelta(days=3650),
        least=timedelta(days=365),
        most=timedelta(days=36_500),
        hint=_("Older ones are removed every night; that they were is an entry of its own."),
    )
