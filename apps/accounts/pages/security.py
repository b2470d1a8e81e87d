"""Security: who has a second factor, who has to wait, what failed at the door."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.mail import readiness
from apps.accounts.reports import Security, security
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.admin.refusals import said
from apps.core.admin.tiles import Tile
from apps.core.figures import count_text
from apps.core.models import AuditEntry

REASONS: Final[Mapping[str, Promise]] = {
    "sign-in-refused": _("wrong password, or may not sign in"),
    "wrong-code": _("wrong code"),
    "unfit-password": _("wrong password, asked once more inside"),
}


@staff_page
class SecurityPage(StaffPage):
    """Reads for whoever sees the settings; *Unlock* for whoever edits staff."""

    title = _("Security")
    permission_key = "settings.view"
    route = "settings/security/"
    url_name = "security"
    template_name = "accounts/security.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = security(at=timezone.now())
        return super().get_context_data(**kwargs) | {
            "lead": _("Who has a second factor, who has to wait, and what failed at the door."),
            "found": found,
            "tiles": _tiles(found),
            "failed": [(entry, _why(entry)) for entry in found.failed],
            "may_unlock": may(self.request.user, "users.edit"),
            "mail": readiness(),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let somebody try again."""
        require(request.user, "users.edit")
        person = request.POST.get("person", "")
        if not (person.isascii() and person.isdecimal() and len(person) < 19):
            raise BadRequest("no person was named")
        with said(request):
            if services.unlock(int(person), actor=Actor.of(request.user)):
                messages.success(request, _now("Unlocked: the next try is looked at again."))
            else:
                messages.info(request, _now("There was nothing to unlock any more."))
        return redirect(self.link())


def _tiles(found: Security) -> list[Tile]:
    return [
        Tile(
            label=_("Second factor"),
            icon="shield",
            value=f"{count_text(found.with_second_factor)} / {count_text(found.staff)}",
            meaning=_("of the staff who may sign in"),
            link=f"{reverse('admin:accounts_user_changelist')}?active=yes&second_factor=yes",
        ),
        Tile(
            label=_("Still to set it up"),
            icon="pending",
            value=count_text(len(found.lacking)),
            meaning=_("whose role asks for one"),
            link="#lacking",
        ),
        Tile(
            label=_("Locked now"),
            icon="lock",
            value=count_text(len(found.locked) + found.locked_unknown),
            meaning=_("accounts that have to wait"),
            link="#locked",
        ),
        Tile(
            label=_("Failed sign-ins"),
            icon="gpp_bad",
            value=count_text(found.failed_of_the_day),
            meaning=_("in the last 24 hours"),
            link="#failed",
        ),
    ]


def _why(entry: AuditEntry) -> str | Promise:
    why = str(entry.after.get("why", ""))
    return REASONS.get(why, why)
