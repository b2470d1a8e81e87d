"""What lines cost against what they cost last, and what is left of their sell prices (spec/02)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.catalog.models import Category
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import InvalidInputError, NotFoundError
from apps.inventory.models import CategoryFloor, UploadLine
from apps.inventory.options import InvoiceOptions
from apps.inventory.states import Decision
from apps.inventory.sums import HUNDRED, Margin, line_total, rise, tenths

# The nearest floor on the way up; a tree that ERPNext has tied into a ring ends where it met itself.
UPWARDS: Final = """
        UNION ALL
        SELECT way.category, upper.parent_id, way.steps + 1
          FROM way JOIN catalog_category upper ON upper.id = way.above
         WHERE upper.parent_id IS NOT NULL AND way.steps < 20
    ), floors AS (
        SELECT DISTINCT ON (way.category) way.category, floor.percent
          FROM way JOIN inventory_categoryfloor floor ON floor.category_id = way.above
         ORDER BY way.category, way.steps
    )
"""
FLOORS: Final = f"""
    WITH RECURSIVE way AS (
        SELECT id AS category, id AS above, 0 AS steps FROM catalog_category WHERE id = ANY(%s)
        {UPWARDS}
    SELECT category, percent FROM floors
"""  # noqa: S608
# As ``Margin.is_under_floor`` has it.
UNDER_FLOOR: Final = f"""
    WITH RECURSIVE own AS MATERIALIZED (
        SELECT line.id, line.sell_price, line.unit_cost, line.vat_rate, product.category_id
          FROM inventory_uploadline line JOIN catalog_product product ON product.id = line.product_id
         WHERE line.upload_id = %(upload)s AND line.sell_price > 0
    ), way AS (
        SELECT DISTINCT category_id AS category, category_id AS above, 0 AS steps FROM own
        {UPWARDS}
    SELECT own.id FROM own LEFT JOIN floors ON floors.category = own.category_id
     WHERE own.sell_price * (100 - coalesce(floors.percent, %(floor)s))
           < own.unit_cost * (100 + coalesce(own.vat_rate, %(vat)s))
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class LineMargin:
    """A line's cost and margin, and by what they were judged."""

    rise: Decimal | None  # per cent above the last cost; None where none is known
    is_rise: bool
    margin: Margin | None  # None without a sell price or a product
    is_vat_assumed: bool

    @property
    def is_under_floor(self) -> bool:
        return self.margin is not None and self.margin.is_under_floor


@dataclass(frozen=True, kw_only=True)
class Summed:
    """An invoice in figures."""

    lines: int
    products: int
    new_items: int
    ignored: int
    undecided: int
    total: Decimal  # of all lines but the ignored, without VAT
    grand_total: Decimal  # of all lines
    rises: int
    highest_rise: Decimal | None
    under_floor: int
    margin: Decimal | None  # per cent, over all lines with a sell price


def margins_of(lines: Sequence[UploadLine]) -> dict[int, LineMargin]:
    """Line id → how it stands. The lines need their products; one question, however many they are."""
    floors = floors_of({line.product.category_id for line in lines if line.product is not None})
    options = InvoiceOptions()
    shop_floor, assumed = options.margin_floor, options.assumed_vat
    return {
        line.pk: _line_margin(
            line, floors.get(line.product.category_id if line.product else None, shop_floor), assumed
        )
        for line in lines
    }


def _line_margin(line: UploadLine, floor: Decimal, assumed: Decimal) -> LineMargin:
    margin = None
    if line.sell_price and line.product_id:  # without a product its pack is unknown, and so its cost
        margin = Margin(
            cost=line.unit_cost,
            sell_price=line.sell_price,
            vat_rate=assumed if line.vat_rate is None else line.vat_rate,
            floor=floor,
        )
    return LineMargin(
        rise=rise(line.unit_cost, line.last_cost),
        is_rise=line.last_cost is not None and line.unit_cost > line.last_cost > 0,
        margin=margin,
        is_vat_assumed=line.vat_rate is None,
    )


def under_floor_in(upload_id: int) -> list[int]:
    """The lines of an upload that leave less than they are to, by their ids; one question."""
    options = InvoiceOptions()
    said: dict[str, Any] = {"upload": upload_id, "floor": options.margin_floor, "vat": options.assumed_vat}
    with connection.cursor() as cursor:
        cursor.execute(UNDER_FLOOR, said)
        return [line_id for (line_id,) in cursor.fetchall()]


def summed(lines: Sequence[UploadLine]) -> Summed:
    """The figures of a whole invoice."""
    bought = [line for line in lines if line.decision == Decision.PRODUCT]
    found = margins_of(bought)
    rises = [one.rise for one in found.values() if one.is_rise and one.rise is not None]
    return Summed(
        lines=len(lines),
        products=len(bought),
        new_items=_number(lines, Decision.NEW_ITEM),
        ignored=_number(lines, Decision.IGNORE),
        undecided=_number(lines, Decision.UNDECIDED),
        total=total_of(lines),
        grand_total=_total(lines),
        rises=len(rises),
        highest_rise=max(rises, default=None),
        under_floor=sum(one.is_under_floor for one in found.values()),
        margin=_margin_of_all(bought, found),
    )


def _number(lines: Iterable[UploadLine], decision: Decision) -> int:
    return sum(line.decision == decision for line in lines)


def total_of(lines: Iterable[UploadLine]) -> Decimal:
    """What an invoice comes to without VAT, its ignored lines left out: the one figure that is shown of it,
    decided of and traced."""
    return _total(line for line in lines if line.decision != Decision.IGNORE)


def _total(lines: Iterable[UploadLine]) -> Decimal:
    return sum((line_total(line.quantity, line.buy_price) for line in lines), Decimal())


def _margin_of_all(lines: Iterable[UploadLine], found: dict[int, LineMargin]) -> Decimal | None:
    priced = [(line, found[line.pk].margin) for line in lines]
    sold = sum((margin.net_price * line.stock_quantity for line, margin in priced if margin), Decimal())
    cost = sum((margin.cost * line.stock_quantity for line, margin in priced if margin), Decimal())
    return tenths((sold - cost) * HUNDRED / sold) if sold > 0 else None


# --- floors -------------------------------------------------------------------------------------------------
def floors_of(category_ids: Collection[int | None]) -> dict[int | None, Decimal]:
    """Category → its own floor, or that of the nearest category above it; one question."""
    ids = [category_id for category_id in category_ids if category_id is not None]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FLOORS, [ids])
        return dict(cursor.fetchall())


@transaction.atomic
def set_category_floor(category_id: int, *, percent: Decimal | None, actor: Actor) -> CategoryFloor | None:
    """Have a category, and those below it, keep another margin than the shop; None: the shop's again."""
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise NotFoundError(_("There is no such category."))
    if percent is not None and not (percent.is_finite() and percent >= 0 and tenths(percent) < HUNDRED):
        raise InvalidInputError(_("A margin floor is between 0 and 99.9 %."), code="floor")
    floor = CategoryFloor.objects.select_for_update(of=("self",)).filter(category=category).first()
    before = {"percent": floor.percent if floor else None}
    if percent is None:
        CategoryFloor.objects.filter(category=category).delete()
        floor = None
    else:
        floor, _made = CategoryFloor.objects.update_or_create(
            category=category, defaults={"percent": tenths(percent)}
        )
    audit.record(
        actor=actor,
        action="category.floor_set",
        subject=Subject.of(category),
        before=before,
        after={"percent": floor.percent if floor else None},
    )
    return floor
