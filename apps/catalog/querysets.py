"""Reusable questions about what the shop sells."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, JSONObject

from apps.catalog.states import CategorySource, PictureState
from apps.core.mirror import MirroredQuerySet
from apps.core.words import in_words, is_one_of, searched, words_of

PRODUCT_WORDS = words_of("name_en", "item_code")
BARCODE_WORDS = words_of("barcode")
PART_WORDS = words_of("part_number")


class CategoryQuerySet(MirroredQuerySet[Any]):
    """Item groups, as a tree."""

    def roots(self) -> Self:
        """Groups without a parent."""
        return self.filter(parent__isnull=True)

    def registered(self) -> Self:
        """Those made here, which ERPNext does not have yet."""
        return self.filter(source=CategorySource.REGISTRY)

    def matching(self, words: str) -> Self:
        """Categories with every word of ``words``, or its beginning, in their name."""
        named = words_of("name_en", "erp_name")
        return searched(self, words, lambda wanted: in_words(type(self)(self.model), named, wanted))


class ProductQuerySet(MirroredQuerySet[Any]):
    """Products by what can be done with them."""

    def active(self) -> Self:
        """What ERPNext still has and has not disabled."""
        return self.filter(gone_at__isnull=True, is_active=True)

    def sellable(self) -> Self:
        """What can stand on an invoice: active, for sale, and no template of variants."""
        return self.active().filter(is_sold=True, has_variants=False)

    def in_app(self, categories: Collection[int]) -> Self:
        """What customers see: to be sold, shown, and in one of the categories that are shown."""
        return self.sellable().filter(is_in_app=True, category__in=categories)

    def priced_between(self, least: Decimal | None, most: Decimal | None) -> Self:
        """By what everybody pays, of products that were asked for ``with_shelf_price``."""
        rate = Cast(
            KeyTextTransform("rate", "shelf_price_found"), DecimalField(max_digits=21, decimal_places=9)
        )
        bounds = {"shelf_rate__gte": least, "shelf_rate__lte": most}
        told = {lookup: bound for lookup, bound in bounds.items() if bound is not None}
        return self.annotate(shelf_rate=rate).filter(**told) if told else self

    def matching(self, words: str) -> Self:
        """Products with every word of ``words``, or its beginning, in name and code or in another number."""
        return searched(self, words, self._having)

    def scanned(self, barcode: str) -> Self:
        """Products that a till knows by this barcode."""
        return self.filter(_with_row("Barcode", barcode=barcode))

    def coded(self, code: str) -> Any:
        """The product of this item code, else one of this barcode: a code wins over a barcode that reads the
        same. None where there is neither."""
        return self.filter(item_code=code).first() or self.scanned(code).first()

    def with_shelf_price(self, *, price_list: str, day: date) -> Self:
        """With what everybody pays on a day (``Product.shelf_price``): a look into an index for each row."""
        prices = apps.get_model("catalog", "ItemPrice").objects
        found = prices.of_product_on(day, price_list=price_list).values(
            found=JSONObject(rate=Cast("rate", CharField()), currency="currency", unit="unit")
        )
        return self.annotate(shelf_price_found=Subquery(found[:1], output_field=JSONField()))

    def _having(self, wanted: SearchQuery) -> Q:
        """Words in name and code, in one barcode, or in one supplier's part number."""
        barcodes = apps.get_model("catalog", "Barcode").objects.all()
        parts = apps.get_model("catalog", "SupplierPart").objects.all()
        return (
            in_words(type(self)(self.model), PRODUCT_WORDS, wanted)
            | in_words(barcodes, BARCODE_WORDS, wanted, key="product")
            | in_words(parts, PART_WORDS, wanted, key="product")
        )


class ErpPictureQuerySet(QuerySet[Any]):
    """Images of ERPNext by what is to be done with them."""

    def due(self, at: datetime) -> Self:
        """What is to be fetched or looked at by then, the longest overdue first."""
        return self.filter(due_at__lte=at).order_by("due_at", "id")

    def waiting(self) -> Self:
        return self.filter(state=PictureState.WAITING)

    def in_trouble(self) -> Self:
        """What did not come, or no more, and is still named."""
        return self.filter(state__in=PictureState.in_trouble(), unused_since=None)

    def left(self, before: datetime) -> Self:
        """What no product has named for so long."""
        return self.filter(unused_since__lt=before)


class ItemPriceQuerySet(MirroredQuerySet[Any]):
    """Prices by list, day and whom they are for."""

    def matching(self, words: str) -> Self:
        """Prices of the products that these words mean, or of this very item code."""
        if not words.strip():
            return self
        products = apps.get_model("catalog", "Product").objects.matching(words)
        return self.filter(Q(is_one_of(products.values("pk"), by="product")) | Q(item_code=words.strip()))

    def shelf(self) -> Self:
        """Prices for everybody: for no customer, supplier or batch alone."""
        return self.filter(gone_at__isnull=True, is_shelf=True)

    def valid_on(self, day: date) -> Self:
        """Prices of this day; both ends of a span are in it, and an open one never ends."""
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(started, Q(valid_until__isnull=True) | Q(valid_until__gte=day))

    def of_product_on(self, day: date, *, price_list: str) -> Self:
        """What everybody pays for the outer query's product, the likeliest first: for the unit it is sold in,
        for any quantity, begun last."""
        at_hand = self.shelf().valid_on(day).filter(product=OuterRef("pk"), for_selling=True)
        by_unit = Case(
            When(unit=OuterRef("sales_unit"), then=Value(0)),
            When(unit=OuterRef("stock_unit"), then=Value(1)),
            default=Value(2),
        )
        in_list = at_hand.filter(price_list__erp_name=price_list, price_list__gone_at=None)
        near = in_list.annotate(nearness=by_unit)  # an order cannot name the outer query itself
        return near.order_by("nearness", "packing_unit", F("valid_from").desc(nulls_last=True), "-id")

    def best_on(self, day: date) -> Self:
        """One price for each product, list and unit: the one that began last, as ERPNext picks it."""
        begun = Coalesce(F("valid_from"), Value(date.min))
        return (
            self.valid_on(day)
            .order_by("product_id", "price_list_id", "unit", "packing_unit", begun.desc(), "-id")
            .distinct("product_id", "price_list_id", "unit", "packing_unit")
        )


def _with_row(model: str, **conditions: str) -> Exists:
    """That a product has a row of a table of its own; an EXISTS, so no product comes twice."""
    rows = apps.get_model("catalog", model).objects
    return Exists(rows.filter(product=OuterRef("pk"), **conditions))
