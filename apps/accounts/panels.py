"""What accounts puts on its own profiles beside what their admins show."""

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import wording
from apps.accounts.models import AppKey, User
from apps.accounts.reports import RightsOf
from apps.accounts.services import apps_signed_in
from apps.core.access import may
from apps.core.addresses import absolute
from apps.core.panels import Action, Panel, register


def how_to_use(record: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What whoever builds the app has to send."""
    key = cast("AppKey", record)
    latest = max(key.secrets.all(), key=lambda secret: secret.made_at, default=None)
    return {
        "base_url": absolute("/api/v1/", request=request),
        "shown": latest,
        "is_for_staff": "staff" in key.scopes,
    }


def signed_in(record: Model, request: HttpRequest) -> Mapping[str, Any]:
    """Where a member of staff is signed in through an app."""
    may_end = record == request.user or may(request.user, "users.edit")
    return {"sign_ins": apps_signed_in(cast("User", record), at=timezone.now()), "may_end": may_end}


def can_rotate(record: Model) -> bool:
    """Whether it counts at all, and has no old secret that still does."""
    key = cast("AppKey", record)
    return key.revoked_at is None and not any(old.is_leaving(timezone.now()) for old in key.secrets.all())


def rights_of(person: Model, request: HttpRequest) -> Mapping[str, Any]:
    """How many rights from where, and what was decided for him alone."""
    rights = RightsOf(cast("User", person))
    return {
        "held": len(rights.result),
        "counts": rights.counts,
        "own": sorted(rights.own.items()),
        "otherwise": sum(line.is_otherwise for line in rights.lines()),
        "wording": wording.menu_pages(),
    }


register(
    Panel(
        model="accounts.appkey",
        name="how-to-use",
        title=_("How to use it"),
        permission_key="keys.view",
        order=10,
        template_name="accounts/panels/how_to_use.html",
        facts=how_to_use,
    )
)
register(
    Action(
        model="accounts.appkey",
        name="rotate",
        title=_("Rotate"),
        permission_key="keys.edit",
        icon="autorenew",
        url=lambda key: reverse("admin:app_key_rotate", args=[key.pk]),
        is_shown=can_rotate,
    )
)
register(
    Panel(
        model="accounts.user",
        name="apps-signed-in",
        title=_("Apps signed in"),
        permission_key="users.view",
        order=50,
        template_name="accounts/panels/apps_signed_in.html",
        facts=signed_in,
    )
)
register(
    Panel(
        model="accounts.user",
        name="rights",
        title=_("Rights"),
        permission_key="users.view",
        order=10,
        template_name="accounts/panels/rights.html",
        facts=rights_of,
    )
)
