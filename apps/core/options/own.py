"""The settings of core itself: facts of the deployment that staff look up, and what its own parts read."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.core.options.groups import OptionGroup, Section
from apps.core.options.kinds import Duration, Text, Whole


class ShopOptions(OptionGroup):
    """Money and time of this installation; the apps above add what they know of the shop."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    name = Text(
        _("Name"),
        default="Larder",
        longest=40,
        hint=_(
            "In the menu, on the sign-in page, in the titles of pages, in what is sent to people and in "
            "their authenticator apps."
        ),
    )
    support_contact = Text(
        _("Support contact"),
        default=None,
        longest=120,
        hint=_("Whom to tell when something breaks: a name, an address, a number. Error pages say it."),
    )
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
    section = Section.APPS

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
    page_size = Whole(
        _("Results a page"),
        default=20,
        least=1,
        most=100,
        hint=_("Of a list whose caller does not say how many; he may ask for 100 at most."),
    )
    maintenance_message = Text(
        _("Maintenance message"),
        default=None,
        longest=500,
        lines=3,
        hint=_(
            "While something stands here the API answers every app with it and nothing else (503). "
            "The back office goes on, and so do ERPNext's webhooks. Empty: the API is open."
        ),
    )


class AuditOptions(OptionGroup):
    """How long the trace is kept."""

    key, title, icon, order = "audit", _("Audit"), "policy", 90
    section = Section.SAFETY

    kept_for = Duration(
        _("Entries are kept for"),
        default=timedelta(days=3650),
        least=timedelta(days=365),
        most=timedelta(days=36_500),
        hint=_("Older ones are removed every night; that they were is an entry of its own."),
    )
