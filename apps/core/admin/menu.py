"""The menu as other pages may ask about it; the table itself is the composition root's (config/menu.py)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from apps.core.access import may


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the menu, and what it takes to see it."""

    title: str | Promise
    group: str | Promise
    key: str  # the page's own key; empty: whoever is signed in
    menu_key: str  # “menu:<page>”: it shows or hides the entry and opens nothing; empty: never hidden
    is_there: bool  # whether its page has come yet

    def missing(self, person: object) -> list[str]:
        """The keys that the person lacks to see it: the page's, the menu's, or both."""
        return [key for key in (self.key, self.menu_key) if key and not may(person, key)]


def menu_entries() -> list[MenuEntry]:
    """Every entry there is, shown or not."""
    entries: Callable[[], list[MenuEntry]] = import_string(settings.STAFF_MENU)
    return entries()
