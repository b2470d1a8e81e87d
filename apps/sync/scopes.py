"""The part of the API that is about the copy of ERPNext."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from apps.accounts.scopes import Scope, register
from apps.accounts.states import AppKind

SYNC: Final = "sync"

register(
    Scope(
        SYNC,
        _("Sync"),
        _("How the copy of ERPNext stands, and runs on demand, for staff who have signed in."),
        kinds=frozenset({AppKind.ADMIN_APP, AppKind.EXTERNAL}),
        given_to=frozenset({AppKind.ADMIN_APP}),
    )
)
