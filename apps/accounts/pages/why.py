"""Why a person may do a thing or may not: which key decides, where it comes from, who could give it."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import reports, wording
from apps.accounts.models import User
from apps.accounts.permissions import CATALOGUE
from apps.core.access import may
from apps.core.admin.error_pages import ask_for_reasons
from apps.core.admin.pages import Crumb, StaffPage, staff_page

KEY: Final = "users.view"
OFFERED_AT_MOST: Final = 300


@staff_page
class Why(StaffPage):
    """A person and a key, and the answer in words."""

    title = _("Why?")
    permission_key = KEY
    route = "settings/staff/why/"
    url_name = "staff_why"
    template_name = "accounts/why.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Staff"), reverse("admin:accounts_user_changelist"))]

    @property
    def key(self) -> str:
        """The key that is asked about; empty when none, or one that is none."""
        asked = self.request.GET.get("key", "")
        return asked if asked in CATALOGUE.keys else ""

    def _person(self) -> User | None:
        asked = self.request.GET.get("person", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            return None
        return User.objects.filter(pk=int(asked)).prefetch_related("groups").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, key, pages = self._person(), self.key, wording.menu_pages()
        offered = list(User.objects.order_by("full_name", "pk")[:OFFERED_AT_MOST])
        if person is not None and person not in offered:
            offered.append(person)
        return super().get_context_data(**kwargs) | {
            "lead": _(
                "Choose a person and what he would do: you read which key decides, and who can give it."
            ),
            "people": offered,
            "keys": [(wording.category_words(group), keys) for group, keys in wording.by_category().items()],
            "person": person,
            "key": key,
            "key_title": wording.key_words(key, pages) if key else "",
            "answer": reports.why(person, key) if person and key else None,
            "wording": pages,
        }


def why_link(person_id: object, key: str) -> str:
    """Where it is said why the person holds the key or lacks it."""
    return f"{Why.link()}?{urlencode({'person': person_id, 'key': key})}"


@ask_for_reasons
def where_it_is_explained(request: HttpRequest, key: str) -> str:
    """For whoever was refused, and may look at what staff may do."""
    return why_link(request.user.pk, key) if may(request.user, KEY) and key in CATALOGUE.keys else ""
