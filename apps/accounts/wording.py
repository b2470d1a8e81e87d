"""Rights in the words that staff read: one place for the matrix, the reviews, and what is said of one key."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.models import Right
from apps.accounts.permissions import CATALOGUE, Reach
from apps.accounts.services import Override, SignedOut
from apps.core.admin.menu import menu_entries

ACTIONS: dict[str, Promise] = {
    "view": _("View"),
    "create": _("Create"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "approve": _("Approve"),
    "publish": _("Publish"),
    "run": _("Run"),
    "export": _("Export"),
}
CATEGORIES: dict[str, Promise] = {
    "dashboard": _("Dashboard"),
    "customers": _("Customers"),
    "products": _("Products"),
    "suppliers": _("Suppliers"),
    "batches": _("Batches"),
    "orders": _("Orders"),
    "campaigns": _("Campaigns"),
    "analytics": _("Analytics"),
    "subscriptions": _("Subscriptions"),
    "deliveries": _("Deliveries"),
    "translations": _("Translations"),
    "media": _("Media"),
    "todo": _("To Do"),
    "sync": _("Sync"),
    "settings": _("Settings"),
    "mobile": _("Flutter app"),
    "keys": _("App keys"),
    "users": _("Users"),
    "roles": _("Role permissions"),
    "audit": _("Audit"),
    "system": _("System"),
}
MENU = "menu"
REACHES: dict[str, Promise] = {Reach.ALL: _("yes"), Reach.DAY: _("the day's"), Reach.OWN: _("his own")}


def reach_words(reach: Reach | str | None) -> str:
    """ "yes", "the day's", "his own", or "no"."""
    return str(REACHES[reach]) if reach else _now("no")


def override_words(own: Override | None) -> str:
    """What was decided for one person alone."""
    if own is None:
        return _now("as the role")
    if own.source == Right.Source.DENY:
        return _now("denied")
    return {
        Reach.ALL: _now("allowed"),
        Reach.DAY: _now("allowed for the day's"),
        Reach.OWN: _now("allowed for his own"),
    }[own.reach]


def signed_out_words(ended: SignedOut) -> str:
    """Of what somebody was signed out, and how many of each."""
    sessions = ngettext("%(count)d session", "%(count)d sessions", ended.sessions)
    apps = ngettext("%(count)d sign-in through an app", "%(count)d sign-ins through apps", ended.apps)
    told = {"sessions": sessions % {"count": ended.sessions}, "apps": apps % {"count": ended.apps}}
    return _now("Ended: %(sessions)s and %(apps)s.") % told


def category_of(key: str) -> str:
    """ "orders" of ``orders.view``, "menu" of ``menu:orders``."""
    return MENU if key.startswith(f"{MENU}:") else key.partition(".")[0]


def category_words(category: str) -> str:
    """What the group of keys is called."""
    if category == MENU:
        return _now("Menu: shows or hides, opens nothing")
    return str(CATEGORIES.get(category, capfirst(category)))


def action_words(key: str, pages: Mapping[str, str]) -> str:
    """What the key lets one do, within its group."""
    if key.startswith(f"{MENU}:"):
        page = key.partition(":")[2]
        return pages.get(page) or str(capfirst(page.replace("-", " ")))
    action = key.partition(".")[2]
    return str(ACTIONS.get(action, capfirst(action)))


def key_words(key: str, pages: Mapping[str, str]) -> str:
    """The key by itself: "Orders: View"."""
    group = _now("Menu") if category_of(key) == MENU else category_words(category_of(key))
    return f"{group}: {action_words(key, pages)}"


def menu_pages() -> dict[str, str]:
    """The titles in the menu that each ``menu:`` key shows or hides, of pages that have come already."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in menu_entries():
        if entry.menu_key and entry.is_there:
            found[entry.menu_key.partition(":")[2]].append(str(entry.title))
    return {page: ", ".join(dict.fromkeys(titles)) for page, titles in found.items()}


def by_category() -> dict[str, list[str]]:
    """Every key in its group, the menu's last."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in CATALOGUE.ordered_keys:
        found[category_of(key)].append(key)
    return found
