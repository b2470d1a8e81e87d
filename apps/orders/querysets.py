"""Reusable questions about what was sold or promised."""

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from apps.core.errors import FieldError
from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, searched, words_of
from apps.orders.errors import AmbiguousNumberError
from apps.orders.states import ACTIVE, INVOICES, OrderStatus

SUBMITTED = 1  # ERPNext's docstatus: 0 draft, 1 submitted, 2 cancelled
# A consolidated invoice sums up till invoices that are here themselves; one that bills a sales order is that
# order's, which is here itself. Either would count a sale twice.
PLACED = Q(gone_at__isnull=True, is_consolidated=False, bills__isnull=True) & ~Q(status=OrderStatus.DRAFT)
REVENUE = Q(gone_at__isnull=True, is_consolidated=False, document__in=INVOICES, erp_docstatus=SUBMITTED)

ORDER_WORDS = words_of("erp_name", "customer_name", "po_number")


class OrderQuerySet(MirroredQuerySet[Any]):
    """Orders by standing, time and what they hold."""

    def placed(self) -> Self:
        """Orders proper: what ERPNext still has, once each, drafts left out. Every count starts here."""
        return self.filter(PLACED)

    def active(self) -> Self:
        """Open or to deliver."""
        return self.filter(PLACED, status__in=ACTIVE)

    def counting_as_revenue(self) -> Self:
        """Submitted invoices, the till's among them, and returns with their negative totals.

        A cancelled invoice is out, so of an amended one only the last version counts.
        """
        return self.filter(REVENUE)

    def between(self, start: datetime, end: datetime) -> Self:
        """Placed from ``start`` up to, not including, ``end``."""
        return self.filter(placed_at__gte=start, placed_at__lt=end)

    def newest_first(self) -> Self:
        """The order in which staff read them."""
        return self.order_by("-placed_at", "-id")

    def overdue(self, today: date) -> Self:
        """Owed past its day. ERPNext's own word for it comes a day late and without a stamp."""
        return self.counting_as_revenue().filter(outstanding__gt=0, due_on__lt=today)

    def numbered(self, number: str) -> Any:
        """The order of this number, or None; refused where documents of several kinds share it."""
        found = list(self.filter(erp_name=number).order_by("document", "id"))
        if len(found) < 2:
            return next(iter(found), None)
        kinds = [FieldError("document", order.document, str(order.get_document_display())) for order in found]
        sentence = _("“%(number)s” is the number of several documents (%(kinds)s); say which is meant.") % {
            "number": number,
            "kinds": ", ".join(kind.message for kind in kinds),
        }
        raise AmbiguousNumberError(sentence, errors=kinds)

    def holding(self, item_code: str) -> Self:
        """Orders with a line of this item."""
        lines = apps.get_model("orders", "OrderLine").objects
        return self.filter(Exists(lines.filter(order=OuterRef("pk"), item_code=item_code)))

    def matching(self, words: str) -> Self:
        """Orders with every word of ``words``, or its beginning, in number, customer or purchase order."""
        orders = type(self)(self.model)
        return searched(self, words, lambda wanted: in_words(orders, ORDER_WORDS, wanted))
