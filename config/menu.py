"""The menu: one table (spec/08). An entry shows when its page exists and the person holds its keys.

Hiding a link protects nothing: the page checks the same key itself. A title is one of ours, never stored
data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts import preview
from apps.accounts.models import User
from apps.accounts.pages.signing_in import LAST_WITHOUT
from apps.approvals.counting import open_count
from apps.core.access import may
from apps.core.admin.menu import MenuEntry
from apps.core.api import maintenance
from apps.notifications.services import unread_count
from apps.sync.models import Connection
from apps.sync.services import connection
from apps.sync.states import Reach

Badge = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class Entry:
    """A page in the menu."""

    title: Promise
    icon: str
    url_name: str
    page: str  # the menu's own key, “menu:<page>”: it shows or hides the entry and opens nothing
    key: str  # the page's key; empty: whoever is signed in
    badge: Badge | None = None
    covers: str = ""  # a page that lies elsewhere and is opened from this one, or a path below the admin's


@dataclass(frozen=True)
class Group:
    """Entries that belong together; the first group has no title."""

    title: Promise | str
    entries: tuple[Entry, ...]


def _waiting(request: HttpRequest) -> int:
    """How much waits for this person's decision: one read of the cache."""
    return open_count(request.user)


MENU: tuple[Group, ...] = (
    Group(
        "",
        (
            Entry(_("Dashboard"), "dashboard", "admin:index", "", ""),
            Entry(_("To Do"), "checklist", "admin:todo", "todo", "todo.view", _waiting),
            Entry(_("Notifications"), "notifications", "admin:notifications", "", ""),
        ),
    ),
    Group(
        _("Customers"),
        (
            Entry(_("Overview"), "monitoring", "admin:customers_dashboard", "customers", "customers.view"),
            Entry(
                _("Customers"), "group", "admin:customers_customer_changelist", "customers", "customers.view"
            ),
            Entry(
                _("Transactions"),
                "point_of_sale",
                "admin:customers_transactions",
                "transactions",
                "customers.view",
            ),
            Entry(
                _("Loyalty"),
                "loyalty",
                "admin:customers_loyaltyentry_changelist",
                "loyalty",
                "customers.view",
            ),
            Entry(_("Activity"), "timeline", "admin:customers_activity", "activity", "customers.view"),
        ),
    ),
    Group(
        _("Products"),
        (
            Entry(_("Overview"), "monitoring", "admin:products_dashboard", "products", "products.view"),
            Entry(
                _("Products"), "nutrition", "admin:catalog_product_changelist", "products", "products.view"
            ),
            Entry(
                _("Categories"),
                "category",
                "admin:catalog_category_changelist",
                "categories",
                "products.view",
            ),
            Entry(
                _("Suppliers"),
                "storefront",
                "admin:inventory_supplier_changelist",
                "suppliers",
                "suppliers.view",
                covers="admin:inventory_learnedmatch_changelist",
            ),
            Entry(
                _("Batches"),
                "inventory_2",
                "admin:inventory_batch_changelist",
                "batches",
                "batches.view",
                covers="admin:inventory_localbatch_changelist",
            ),
            Entry(
                _("Upload invoice"),
                "upload_file",
                "admin:inventory_upload",
                "upload-invoice",
                "batches.create",
                covers="admin:inventory_invoiceupload_changelist",
            ),
            Entry(_("Stock"), "shelves", "admin:inventory_stocklevel_changelist", "stock", "products.view"),
            Entry(
                _("Waste"),
                "delete_sweep",
                "admin:inventory_expiringbatch_changelist",
                "stock",
                "batches.view",
            ),
            Entry(_("Prices"), "payments", "admin:catalog_itemprice_changelist", "products", "products.view"),
        ),
    ),
    Group(
        _("Orders"),
        (
            Entry(_("Orders"), "receipt_long", "admin:orders_order_changelist", "orders", "orders.view"),
            Entry(_("Calendar"), "calendar_month", "admin:orders_calendar", "orders", "orders.view"),
        ),
    ),
    Group(
        _("Campaigns"),
        (
            Entry(
                _("Create campaign"), "add_circle", "admin:campaigns_create", "campaigns", "campaigns.create"
            ),
            Entry(
                _("Campaigns"),
                "campaign",
                "admin:campaigns_campaign_changelist",
                "campaigns",
                "campaigns.view",
            ),
            Entry(
                _("Pricing rules"),
                "percent",
                "admin:campaigns_erppricingrule_changelist",
                "campaigns",
                "campaigns.view",
            ),
            Entry(_("Timeline"), "view_timeline", "admin:campaigns_timeline", "campaigns", "campaigns.view"),
            Entry(
                _("Analytics"),
                "bar_chart",
                "admin:campaigns_analytics",
                "campaign-analytics",
                "analytics.view",
            ),
        ),
    ),
    Group(
        _("Subscriptions"),
        (
            Entry(
                _("Overview"),
                "monitoring",
                "admin:subscriptions_overview",
                "subscriptions",
                "subscriptions.view",
            ),
            Entry(
                _("Subscribers"),
                "autorenew",
                "admin:subscriptions_customers",
                "subscriptions",
                "subscriptions.view",
            ),
            Entry(
                _("Deliveries"),
                "local_shipping",
                "admin:subscriptions_deliveries",
                "deliveries",
                "deliveries.view",
            ),
            Entry(
                _("Packages"),
                "package_2",
                "admin:subscriptions_package_changelist",
                "packages",
                "subscriptions.view",
            ),
            Entry(_("Areas & windows"), "map", "admin:subscriptions_areas", "areas", "subscriptions.view"),
        ),
    ),
    Group(
        _("Content"),
        (
            Entry(
                _("Translations"),
                "translate",
                "admin:translations_matrix",
                "translations",
                "translations.view",
            ),
            Entry(
                _("Import translations"),
                "upload",
                "admin:translations_import",
                "translations",
                "translations.edit",
            ),
            Entry(
                _("Glossary"), "book_2", "admin:translations_glossary", "translations", "translations.view"
            ),
            Entry(
                _("Messages"),
                "forward_to_inbox",
                "admin:notifications_message_changelist",
                "messages",
                "settings.view",
            ),
            Entry(_("Message texts"), "edit_note", "admin:message_texts", "messages", "settings.view"),
            Entry(_("Media"), "photo_library", "admin:media_library", "media", "media.view"),
            Entry(_("Flutter app"), "phone_iphone", "admin:mobile_app", "mobile", "mobile.view"),
        ),
    ),
    Group(
        _("Settings"),
        (
            Entry(_("All settings"), "tune", "admin:settings", "settings", "settings.view"),
            Entry(_("Sync"), "sync", "admin:sync", "sync", "sync.view", covers="admin:sync_run_changelist"),
            Entry(_("Sync controls"), "sync_lock", "admin:sync_controls", "sync", "sync.view"),
            Entry(_("Quarantine"), "report", "admin:sync_quarantine_changelist", "sync", "sync.view"),
            Entry(_("Outbox"), "outbox", "admin:core_outgoing_changelist", "sync", "sync.view"),
            Entry(_("App keys"), "key", "admin:accounts_appkey_changelist", "keys", "keys.view"),
            Entry(
                _("Staff"),
                "badge",
                "admin:accounts_user_changelist",
                "users",
                "users.view",
                covers="settings/staff/",
            ),
            Entry(_("Add a member of staff"), "person_add", "admin:staff_add", "users", "users.create"),
            Entry(_("Role permissions"), "grid_on", "admin:role_permissions", "roles", "roles.view"),
            Entry(_("Security"), "shield", "admin:security", "security", "settings.view"),
            Entry(_("Audit"), "policy", "admin:core_auditentry_changelist", "audit", "audit.view"),
            Entry(_("System"), "memory", "admin:system", "system", "system.view"),
        ),
    ),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What else every page's frame shows, by reads of the cache: the bell's count, what is shut or dead."""
    person = request.user
    return {
        "unread": unread_count(person) if isinstance(person, User) else 0,
        "erp_away": _away(person),
        "may_see_sync": may(person, "sync.view"),
        "last_without": request.session.get(LAST_WITHOUT, False) if person.is_authenticated else False,
        "maintenance": maintenance.message(),
        "may_end_maintenance": may(person, "settings.edit"),
        "menu_preview": preview.current(request),
    }


def _away(person: object) -> Connection | None:
    """How ERPNext stands, if it cannot be read, for whoever looks at what it knows."""
    if not may(person, "dashboard.view"):
        return None
    stands = connection.shown()
    return None if stands.reach == Reach.WELL else stands


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu as this person sees it, or as whoever he has chosen to view it as, in the theme's words."""
    shown = [(group.title, list(_items(group, request))) for group in MENU]
    here = _here((item for _title, items in shown for item in items), request.path)
    for _title, items in shown:
        for item in items:
            item["active"] = item["link"] == here
    return [{"title": title, "items": items} for title, items in shown if items]


def _items(group: Group, request: HttpRequest) -> Iterator[dict[str, Any]]:
    seen_by = preview.current(request) or request.user
    for entry in group.entries:
        link = _link(entry.url_name)
        if link and not _known(entry, group).missing(seen_by):
            badge = entry.badge(request) if entry.badge else 0
            roots = [link, _link(entry.covers)] if entry.covers else [link]
            yield {"title": entry.title, "icon": entry.icon, "link": link, "badge": badge, "roots": roots}


def entries() -> list[MenuEntry]:
    """Every entry, for the pages that say why one is shown or hidden."""
    return [_known(entry, group) for group in MENU for entry in group.entries]


def _known(entry: Entry, group: Group) -> MenuEntry:
    """What it takes to see the entry: its page's key and its own, where its page has one."""
    return MenuEntry(
        title=entry.title,
        group=group.title,
        key=entry.key,
        menu_key=f"menu:{entry.page}" if entry.key else "",
        is_there=bool(_link(entry.url_name)),
    )


def _link(url_name: str) -> str:
    """Where the entry leads; nowhere while its app has not arrived."""
    if url_name.endswith("/"):
        return f"{reverse('admin:index')}{url_name}"
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _here(items: Iterator[dict[str, Any]], path: str) -> str:
    """The link of the open page: by the longest root that its path has; the home page only as itself."""
    home = reverse("admin:index")
    roots = {root: item["link"] for item in items for root in item["roots"] if root not in {"", home}}
    leading = [root for root in roots if path.startswith(root)]
    return roots[max(leading, key=len)] if leading else home if path == home else ""
