"""What keys of apps open of the shop's own side."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.scopes import Scope, register
from apps.accounts.states import AppKind

CATALOGUE = "catalogue"

register(
    Scope(
        CATALOGUE,
        _("Catalogue"),
        _("What the shop shows everybody: categories, products and prices."),
        kinds=frozenset(AppKind),
        given_to=frozenset({AppKind.CUSTOMER_APP}),
        is_public=True,
    )
)
