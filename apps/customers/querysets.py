"""Reusable questions about who buys."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Self

from django.db.models import Q, Sum

from apps.core.mirror import MirroredQuerySet

TELLING: Final = 9  # digits that tell numbers apart, without prefix of the country or leading zero
FEWEST: Final = 4


class CustomerQuerySet(MirroredQuerySet[Any]):
    """Customers by standing and by what a clerk types."""

    def active(self) -> Self:
        """Whom ERPNext still has, neither disabled nor frozen."""
        return self.filter(gone_at__isnull=True, is_active=True, is_frozen=False)

    def matching(self, words: str) -> Self:
        """Customers whose name, id, e-mail or phone holds ``words``; a phone in any spelling."""
        wanted = words.strip()
        found = Q(name__icontains=wanted) | Q(erp_name__icontains=wanted) | Q(email__icontains=wanted)
        digits = _digits_of_a_phone(wanted)
        if digits:
            found |= Q(mobile_digits__contains=digits)
        return self.filter(found)


class LoyaltyEntryQuerySet(MirroredQuerySet[Any]):
    """Points, counted as ERPNext counts them."""

    def counting_on(self, day: date) -> Self:
        """What makes up a balance on a day: posted by then and not expired, redemptions among it.

        An entry takes its redemptions along when it expires, so a balance can rise on that day (API.md 12).
        """
        return self.filter(gone_at__isnull=True, posted_on__lte=day, expires_on__gte=day)

    def balances(self, day: date, *, customers: Iterable[int] | None = None) -> dict[tuple[int, int], int]:
        """Points by customer and program; all customers', when none is named. One query."""
        entries = self.counting_on(day).filter(customer__isnull=False, program__isnull=False)
        if customers is not None:
            entries = entries.filter(customer__in=list(customers))
        found = entries.values_list("customer_id", "program_id").annotate(Sum("points"))
        return {(customer, program): points for customer, program, points in found}


def _digits_of_a_phone(words: str) -> str:
    """What "07700 900028" and "+44 7700 900028" have in common: the last digits. Nothing for other words."""
    if not re.fullmatch(r"\+?[\d\s()./-]+", words):
        return ""
    digits = re.sub(r"\D", "", words)[-TELLING:].lstrip("0")
    return digits if len(digits) >= FEWEST else ""
