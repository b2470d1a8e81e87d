"""Reusable questions about what we hold."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower

from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, is_one_of, searched, words_of
from apps.inventory.states import COUNTING, OPEN, Decision, LocalState

if TYPE_CHECKING:
    from apps.inventory.models import InvoiceUpload, UploadLine  # noqa: F401

SUBMITTED = 1  # ERPNext's docstatus
BATCH_WORDS = words_of("number")
RECEIPT_WORDS = words_of("erp_name", "delivery_note")


class StockLevelQuerySet(MirroredQuerySet[Any]):
    """Stock by place."""

    def held(self) -> Self:
        """Levels with anything in them."""
        return self.filter(gone_at__isnull=True).exclude(actual=0)

    def in_warehouses(self, names: Collection[str] | None) -> Self:
        """Levels of these warehouses; of all, when none is named."""
        return self.filter(warehouse__erp_name__in=names) if names else self

    def matching(self, words: str) -> Self:
        """Levels of the products that these words mean."""
        return self.filter(_of_products(words)) if words.strip() else self


class BatchQuerySet(MirroredQuerySet[Any]):
    """Batches by what can be done with them."""

    def matching(self, words: str) -> Self:
        """Batches with every word of ``words``, or its beginning, in their number, or in their product."""
        return searched(self, words, lambda wanted: self._numbered(wanted) | Q(_of_products(words)))

    def numbered_like(self, words: str) -> Self:
        """Batches with every word of ``words``, or its beginning, in their number."""
        return searched(self, words, self._numbered)

    def _numbered(self, wanted: SearchQuery) -> Q:
        return in_words(type(self)(self.model), BATCH_WORDS, wanted)

    def on_hand(self) -> Self:
        """Batches with something left."""
        return self.filter(gone_at__isnull=True, quantity__gt=0)

    def usable(self, day: date) -> Self:
        """What may be handed out on a day: on hand, active and not expired."""
        unexpired = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
        return self.on_hand().filter(unexpired, is_active=True)

    def first_expired_first_out(self) -> Self:
        """The order in which they are handed out: by expiry (none last), then by receipt."""
        return self.order_by(
            F("expires_on").asc(nulls_last=True), F("received_on").asc(nulls_last=True), "id"
        )


class OutlookQuerySet(models.QuerySet[Any]):
    """How products stand."""

    def expiring(self) -> Self:
        """Products of which some will not sell before it expires."""
        return self.filter(expiring_quantity__gt=0)


class ReceiptQuerySet(MirroredQuerySet[Any]):
    """What suppliers delivered."""

    def matching(self, words: str) -> Self:
        """Receipts with every word of ``words`` in their number or the supplier's own, or in his name."""
        suppliers = apps.get_model("inventory", "Supplier").objects.matching(words).values("pk")

        def having(wanted: SearchQuery) -> Q:
            numbered = in_words(type(self)(self.model), RECEIPT_WORDS, wanted)
            return numbered | Q(is_one_of(suppliers, by="supplier"))

        return searched(self, words, having)


class BundleQuerySet(MirroredQuerySet[Any]):
    """Movements of batches."""

    def counting(self) -> Self:
        """What has really moved: submitted and not cancelled."""
        return self.filter(gone_at__isnull=True, erp_docstatus=SUBMITTED, is_cancelled=False)


class UploadQuerySet(models.QuerySet["InvoiceUpload"]):
    """Suppliers' invoices."""

    def open(self) -> Self:
        """What is still being worked on."""
        return self.filter(state__in=OPEN)

    def counting(self) -> Self:
        """What takes its invoice number: all but what was turned down, undone or discarded."""
        return self.filter(state__in=COUNTING)

    def same_number(self, *, supplier_id: int, key: str, since: datetime) -> Self:
        """What this supplier's invoice of that number came as before."""
        return self.counting().filter(supplier=supplier_id, number_key=key, created_at__gte=since)

    def to_match(self, before: datetime) -> Self:
        """What has waited for the matcher since before that moment: its message may be lost."""
        return self.filter(match_asked_at__lt=before).order_by("match_asked_at")


class LineQuerySet(models.QuerySet["UploadLine"]):
    """Lines of suppliers' invoices."""

    def to_match(self) -> Self:
        return self.filter(is_matched=False).order_by("position")

    def undecided(self) -> Self:
        return self.filter(decision=Decision.UNDECIDED)

    def by_certainty(self) -> Self:
        """As a person looks at them: unmatched first, then suggestions, then what is certain."""
        return self.order_by("certainty", "position")

    def parked(self) -> Self:
        """New items of confirmed invoices that no product has come for."""
        return self.filter(is_parked=True)


class LocalQuerySet(models.QuerySet[Any]):
    """What invoices made here."""

    def standing(self) -> Self:
        """What was not made void."""
        return self.exclude(state=LocalState.VOID)

    def awaited(self) -> Self:
        """What ERPNext does not have yet."""
        return self.filter(state=LocalState.ACTIVE)


class LocalBatchQuerySet(LocalQuerySet):
    """Batches that invoices made here."""

    def numbered(self, numbers: Collection[str]) -> Self:
        """Batches of these numbers, as ERPNext compares them: whatever the case."""
        return self.alias(key=Lower("number")).filter(key__in={number.lower() for number in numbers})


def _of_products(words: str) -> Func:
    """That a row is of one of the products that these words mean."""
    return is_one_of(apps.get_model("catalog", "Product").objects.matching(words).values("pk"), by="product")
