"""Reusable questions about who buys."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat, Reverse, Substr

from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, is_one_of, searched, words_of

TELLING: Final = 9  # digits that tell numbers apart, without prefix of the country or leading zero
FEWEST: Final = 4
PREFIX: Final = 4  # digits before those that tell, at most: "0", "44", "353", "0044"
FROM_THE_END: Final = "r"  # marks a phone that is kept backwards

CUSTOMER_WORDS = words_of("name", "erp_name", "email")
CONTACT_WORDS = words_of("full_name", "email")
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

    def matching(self, words: str) -> Self:
        """Entries of the customers that these words mean, or of this very invoice."""
        if not words.strip():
            return self
        return self.filter(Q(_of_customers(words)) | Q(invoice_name=words.strip().upper()))

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


class SharedQuerySet(MirroredQuerySet[Any]):
    """What belongs to one customer or to several, by links of its own."""

    def belonging_to(self, customer_id: int) -> Self:
        """What is a customer's; nothing comes twice."""
        return self.filter(pk__in=self._linked(Q(customer=customer_id)))

    def _linked(self, to_whom: Q) -> QuerySet[Any, Any]:
        """The keys of what is linked to someone."""
        relation: Any = self.model._meta.get_field("links")
        return relation.related_model.objects.filter(to_whom).order_by().values(relation.field.attname)  # type: ignore[no-any-return]


class ContactQuerySet(SharedQuerySet):
    """People to call or write to."""

    def matching(self, words: str) -> Self:
        """Contacts with every word of ``words`` in name or e-mail, and those of the customers it means."""

        def having(wanted: SearchQuery) -> Q:
            theirs = self._linked(Q(_of_customers(words)))
            return in_words(type(self)(self.model), CONTACT_WORDS, wanted) | Q(is_one_of(theirs))

        return searched(self, words, having)


class AddressQuerySet(SharedQuerySet):
    """Places to bill or to deliver to."""

    def matching(self, words: str) -> Self:
        """Addresses of the customers that these words mean, or with this very postcode."""
        if not words.strip():
            return self
        theirs = self._linked(Q(_of_customers(words)))
        return self.filter(Q(is_one_of(theirs)) | Q(postcode=words.strip().upper()))


def _of_customers(words: str) -> Func:
    """That a row is of one of the customers that these words mean."""
    customers = apps.get_model("customers", "Customer").objects.matching(words)
    return is_one_of(customers.values("pk"), by="customer")


def _digits_of_a_phone(words: str) -> str:
    """What "07700 900028" and "+44 7700 900028" have in common: the last digits. Nothing for other words."""
    if not re.fullmatch(r"\+?[\d\s()./-]+", words):
        return ""
    digits = re.sub(r"\D", "", words)[-TELLING:].lstrip("0")
    return digits if len(digits) >= FEWEST else ""


def _either_end(digits: str) -> SearchQuery:
    wanted = f"'{digits}':* | '{FROM_THE_END}{digits[::-1]}':*"
    return SearchQuery(wanted, search_type="raw", config="simple")
