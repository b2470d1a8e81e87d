"""Every field arrives in the column that the list says, where a real ERPNext sent nothing to tell it by."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import models

from apps.orders.models import Order
from apps.sync.demo.server import DemoServer
from apps.sync.models import Quarantine, Run
from tests.sync.test_equality import DOCUMENTS, TABLES, differences

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]
LISTS: Final = [
    *((doctype, model, "erp_name", columns, same) for doctype, model, columns, _, same in DOCUMENTS),
    *((doctype, model, "erp_row", columns, same) for doctype, model, _, columns, _, same in TABLES),
]
KEPT: Final = frozenset({"docstatus"})  # has three values, which the recordings show


def told_apart(column: Any, field: str, *, place: int, row: int) -> Any:
    """A value that no other field of this row has; check boxes differ in one row of a few at least."""
    match column:
        case models.BooleanField():
            return place >> row & 1
        case models.DecimalField():
            return float(Decimal(place) + Decimal(row + 1) / 8)
        case models.IntegerField():
            return place * 10 + row
        case models.DateField():
            return (date(2020, 1, 1) + timedelta(days=place * 10 + row)).isoformat()
        case models.TimeField():
            return time(place % 24, row).isoformat()
    return f"{field} {row}"


def placed(model: Any, columns: dict[str, str]) -> list[tuple[str, Any]]:
    """Each field with its column, check boxes first: a few bits number them all."""
    fields = [(theirs, model._meta.get_field(ours)) for theirs, ours in columns.items() if theirs not in KEPT]
    return sorted(fields, key=lambda field: not isinstance(field[1], models.BooleanField))


def varied(model: Any, columns: dict[str, str], *, row: int) -> dict[str, Any]:
    return {
        theirs: told_apart(column, theirs, place=place, row=row)
        for place, (theirs, column) in enumerate(placed(model, columns), start=1)
    }


def rows_needed(model: Any, columns: dict[str, str]) -> int:
    """As many as it takes until no two check boxes read alike."""
    checks = sum(isinstance(column, models.BooleanField) for _, column in placed(model, columns))
    return max(checks.bit_length(), 1)


def test_no_two_fields_are_mistaken_for_each_other(erp: DemoServer, run_sync: RunSync) -> None:
    store, changed = erp.site.store, {}
    for doctype, model, _, columns, _ in LISTS:
        names = [row["name"] for row in store.doctypes[doctype].rows.values()]
        changed[doctype] = names[: rows_needed(model, columns)]
        assert len(changed[doctype]) == rows_needed(model, columns), doctype
        for number, name in enumerate(changed[doctype]):
            store.put(doctype, name=name, **varied(model, columns, row=number))
    run_sync()
    assert list(Quarantine.objects.values_list("doctype", "erp_name", "reason")) == []
    for doctype, model, key, columns, same in LISTS:
        sent = {row["name"]: row for row in store.doctypes[doctype].rows.values()}
        for name in changed[doctype]:
            assert differences(sent[name], model._default_manager.get(**{key: name}, **same), columns) == []


@pytest.mark.parametrize(
    ("doctype", "document", "given"),
    [
        ("Sales Invoice", "invoice", {"disable_rounded_total": 1}),
        ("Sales Order", "order", {"disable_rounded_total": 1}),
        ("POS Invoice", "pos", {"rounded_total": 0}),  # a till invoice has no such box
    ],
)
def test_the_rounded_total_is_owed_unless_the_document_says_otherwise(
    erp: DemoServer, run_sync: RunSync, doctype: str, document: str, given: dict[str, Any]
) -> None:
    exact, *rounding = [row["name"] for row in erp.site.store.doctypes[doctype].rows.values()]
    erp.site.store.put(doctype, name=exact, **given)
    run_sync("sales")
    orders = Order.objects.filter(document=document)
    assert dict(orders.values_list("erp_name", "rounds_total")) == dict.fromkeys(rounding, True) | {
        exact: False
    }
