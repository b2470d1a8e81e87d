"""Reusable questions about who buys."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Self

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, Sum, Value
from django.db.models.functions import Concat, Reverse, Substr

from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, searched, words_of

TELLING: Final = 9  # digits that tell numbers apart, without prefix of the country or leading zero
FEWEST: Final = 4
PREFIX: Final = 4  # digits before those that tell, at most: "0", "44", "353", "0044"
FROM_THE_END: Final = "r"  # marks a phone that is kept backwards

CUSTOMER_WORDS = words_of("name", "erp_name", "email")
# A phone from each of its first digits on, and backwards: it is known by its beginning and by its end.
PHONE_DIGITS = SearchVector(
    *(Substr("mobile_digits", place) for place in range(1, PREFIX + 2)),
    Concat(Value(FROM_THE_END), Reverse("mobile_digits")),
    config="simple",
)


class CustomerQuerySet(MirroredQuerySet[Any]):
    """Customers by standing and by what a clerk types."""

    def active(self) -> Self:
        """Whom ERPNext still has, neither disabled nor frozen."""
        return self.filter(gone_at__isnull=True, is_active=True, is_frozen=False)

    def matching(self, words: str) -> Self:
        """Customers with every word of ``words``, or its beginning, in name, id and email, or this phone."""
        digits = _digits_of_a_phone(words.strip())
        return searched(self, words, lambda wanted: self._having(wanted, digits=digits))

    def _having(self, wanted: SearchQuery, *, digits: str) -> Q:
        customers = type(self)(self.model)
        found = in_words(customers, CUSTOMER_WORDS, wanted)
        return found | in_words(customers, PHONE_DIGITS, _either_end(digits)) if digits else found


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


def _either_end(digits: str) -> SearchQuery:
    wanted = f"'{digits}':* | '{FROM_THE_END}{digits[::-1]}':*"
    return SearchQuery(wanted, search_type="raw", config="simple")
