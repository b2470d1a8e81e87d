"""What accounts put on the profile of a member of staff: his rights in short."""

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts import wording
from apps.accounts.models import User
from apps.accounts.reports import RightsOf
from apps.core.panels import Panel, register


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
        model="accounts.user",
        name="rights",
        title=_("Rights"),
        permission_key="users.view",
        order=10,
        template_name="accounts/panels/rights.html",
        facts=rights_of,
    )
)
