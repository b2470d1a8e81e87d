"""Reads for the screens of the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, F, QuerySet, Value
from django.db.models.functions import Cast

from apps.catalog.models import Barcode, ProductAllergen, ProductUnit, SupplierPart
from apps.catalog.states import Allergen, AllergenState

POSITION: Final = F("position")
NO_NUMBER: Final = Cast(Value(None), DecimalField(max_digits=21, decimal_places=9))


@dataclass
class Belongings:
    """What stands in the tables of one product, in their order."""

    barcodes: list[tuple[str, str, str]] = field(default_factory=list)  # with kind and unit
    units: list[tuple[str, Decimal]] = field(default_factory=list)  # with the stock units in it
    parts: list[tuple[str, str]] = field(default_factory=list)  # supplier and his number
    allergens: dict[Allergen, AllergenState] = field(default_factory=dict)  # of which something is known


def belongings_of(product_id: int) -> Belongings:
    """One question, where each of the tables would be one."""
    found = Belongings()
    for table, one, other, third, number in _rows(product_id):
        match table:
            case "barcode":
                found.barcodes.append((one, other, third))
            case "unit":
                found.units.append((one, number))
            case "part":
                found.parts.append((one, other))
            case "allergen":
                found.allergens[Allergen(one)] = AllergenState(other)
    return found


def _rows(product_id: int) -> Iterator[tuple[str, str, str, str, Any]]:
    barcodes = _shaped(Barcode.objects.all(), "barcode", one="barcode", other="kind", third="unit")
    units = _shaped(ProductUnit.objects.all(), "unit", one="unit", number=F("factor"))
    parts = _shaped(SupplierPart.objects.all(), "part", one="supplier_name", other="part_number")
    allergens = _shaped(
        ProductAllergen.objects.all(), "allergen", one="allergen", other="state", place=Value(0)
    )
    mine = [rows.filter(product=product_id) for rows in (barcodes, units, parts, allergens)]
    for row in mine[0].union(*mine[1:], all=True).order_by("table", "place", "key"):
        yield row[:5]


def _shaped(
    rows: "QuerySet[Any]",
    table: str,
    *,
    one: str,
    other: str = "",
    third: str = "",
    number: Any = NO_NUMBER,
    place: Any = POSITION,
) -> "QuerySet[Any, Any]":
    """A table's rows as all of them are read together."""
    shaped = rows.order_by().annotate(
        table=Value(table),
        one=F(one),
        other=F(other) if other else Value(""),
        third=F(third) if third else Value(""),
        number=number,
        place=place,
        key=F("pk"),
    )
    read: QuerySet[Any, Any] = shaped.values_list("table", "one", "other", "third", "number", "place", "key")
    return read
