"""Reusable questions about who buys."""

import re
from typing import Any, Self

from django.db.models import Q

from apps.core.mirror import MirroredQuerySet


class CustomerQuerySet(MirroredQuerySet[Any]):
    """Customers by standing and by what a clerk types."""

    def active(self) -> Self:
        """Whom ERPNext still has, neither disabled nor frozen."""
        return self.filter(gone_at__isnull=True, is_active=True, is_frozen=False)

    def matching(self, words: str) -> Self:
        """Customers whose name, id, e-mail or phone holds ``words``; a phone in any spelling."""
        wanted = words.strip()
        found = Q(name__icontains=wanted) | Q(erp_name__icontains=wanted) | Q(email__icontains=wanted)
        digits = re.sub(r"\D", "", wanted)
        if len(digits) >= 4 and not re.search(r"[^\d\s+()./-]", wanted):
            # The country's prefix and the leading zero stand for one another: 07700… and +44 7700…
            found |= Q(mobile_digits__contains=digits.lstrip("0"))
        return self.filter(found)
