"""Reusable questions about what we hold."""

from collections.abc import Collection
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import DecimalField, Exists, F, Func, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Lower, Round

from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, is_one_of, searched, words_of
from apps.inventory.states import (
    AWAITING,
    COUNTING,
    OPEN,
    SUBMITTED,
    BatchState,
    Decision,
    LocalState,
    UploadState,
)

if TYPE_CHECKING:
    from apps.inventory.models import InvoiceUpload, UploadLine  # noqa: F401

# What made a batch of which something may still come; any other document that makes one also moves it.
NOT_MADE_BY_STOCK: Final = ("", "Purchase Receipt")
MONEY: Final = DecimalField(max_digits=18, decimal_places=2)
DEARER: Final = Q(last_cost__gt=0, unit_cost__gt=F("last_cost"))
# As ``services.invoices.margins.total_of`` counts: what an invoice comes to without VAT.
TOTAL: Final = Sum(
    Round(F("quantity") * F("buy_price"), precision=2, output_field=MONEY),
    filter=~Q(decision=Decision.IGNORE),
)
BATCH_WORDS = words_of("number")
RECEIPT_WORDS = words_of("erp_name", "delivery_note")

# A joined batch of which nothing has come, as ``Batch.has_moved`` has it.
EMPTY: Final = Q(state=LocalState.JOINED, batch__quantity=0, batch__received_quantity=0)


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

    def in_states(self, states: Collection[str], *, day: date) -> Self:
        """Batches in one of these states on a day, as ``Batch.state_on`` has it."""
        meant = _batch_states(day)
        asked = [meant[state] for state in BatchState if state in states]
        return self.filter(reduce(or_, asked)) if asked else self.none()

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

    def with_total(self) -> Self:
        """Each with its ``total``, without VAT: of its lines but the ignored, each in whole pence."""
        lines = apps.get_model("inventory", "UploadLine").objects.filter(upload=OuterRef("pk")).order_by()
        return self.annotate(total=Subquery(lines.values("upload").annotate(all=TOTAL).values("all")))

    def untold(self) -> Self:
        """What is in force and awaits ERPNext, which was told nothing of it."""
        kind = self.model._meta.label_lower
        text = Cast(OuterRef("pk"), models.CharField())
        messages = apps.get_model("core", "Outgoing").objects.filter(subject_kind=kind, subject_id=text)
        made = {name: apps.get_model("inventory", name).objects for name in ("LocalBatch", "LocalPrice")}
        awaited = [Exists(rows.awaited().filter(upload=OuterRef("pk"))) for rows in made.values()]
        return self.filter(reduce(or_, awaited), ~Exists(messages), state=UploadState.CONFIRMED)

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

    def dearer(self) -> Self:
        """What costs more than last time, a stock unit."""
        return self.filter(DEARER)

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

    def outstanding(self) -> Self:
        """What ERPNext does not have yet, approved or not."""
        return self.filter(state__in=AWAITING)


class LocalBatchQuerySet(LocalQuerySet):
    """Batches that invoices made here."""

    def matching(self, words: str) -> Self:
        """Batches with these words in their number, or of the products that they mean."""
        typed = words.strip()
        return self.filter(Q(number__icontains=typed) | Q(_of_products(typed))) if typed else self

    def coming(self) -> Self:
        """What has not come: ERPNext does not have it, or has its number and nothing of it."""
        return self.filter(Q(state__in=AWAITING) | EMPTY)

    def empty(self) -> Self:
        """Batches of which ERPNext has the number, and nothing has come."""
        return self.filter(EMPTY)

    def numbered(self, numbers: Collection[str]) -> Self:
        """Batches of these numbers, as ERPNext compares them: whatever the case."""
        return self.alias(key=Lower("number")).filter(key__in={number.lower() for number in numbers})


def _batch_states(day: date) -> dict[BatchState, Q]:
    """Each state as a condition. What is left is a few of many: it is found by way of where it lies."""
    lies = apps.get_model("inventory", "BatchStock").objects.values("batch")
    left = Q(gone_at=None, pk__in=lies, quantity__gt=0)
    used_up = Q(gone_at=None, quantity__lte=0)
    never_came = Q(received_on=None, source_doctype__in=NOT_MADE_BY_STOCK)
    expired = Q(expires_on__isnull=False, expires_on__lt=day)
    return {
        BatchState.PENDING: used_up & never_came,
        BatchState.ACTIVE: left & Q(is_active=True) & ~expired,
        BatchState.DEPLETED: used_up & ~never_came,
        BatchState.EXPIRED: left & Q(is_active=True) & expired,
        BatchState.VOID: Q(gone_at__isnull=False) | (left & Q(is_active=False)),
    }


def _of_products(words: str) -> Func:
    """That a row is of one of the products that these words mean."""
    return is_one_of(apps.get_model("catalog", "Product").objects.matching(words).values("pk"), by="product")
