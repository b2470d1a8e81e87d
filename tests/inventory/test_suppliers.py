"""What is ours of a supplier: how he is called, how his batches are numbered."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, strategies

from apps.core.errors import InvalidInputError
from apps.core.models import AuditEntry
from apps.inventory import services
from apps.inventory.errors import PrefixInUseError, PrefixTakenError
from apps.inventory.models import LocalBatch, Supplier
from apps.inventory.services.suppliers import prefix_of
from apps.inventory.states import Decision
from tests.factories.inventory import make_supplier
from tests.factories.invoices import ADMIN, confirmed, d, line_of, make_bought, row

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {"display_name": "", "batch_prefix": "", "lead_time_days": None, "actor": ADMIN}


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Acme Foods Ltd", "Acme"),
        ("Müller & Söhne", "Muller"),
        ("& Sons, Brothers", "Sons"),
        ("Wholesalers-United", "Wholesal"),
        ("7 Hills", "7"),
        ("محمد", ""),
        ("", ""),
    ],
)
def test_a_prefix_is_the_first_word(name: str, prefix: str) -> None:
    assert prefix_of(name) == prefix


@given(strategies.text(max_size=60))
def test_a_prefix_of_any_name_is_plain(name: str) -> None:
    prefix = prefix_of(name)
    assert len(prefix) <= 8
    assert prefix == "" or (prefix.isascii() and prefix.isalnum())


def test_a_prefix_is_given_at_first_need_and_made_unique_with_digits() -> None:
    for name in ("Acme Foods", "ACME Drinks", "acme wines", "Wholesalers A", "Wholesalers B"):
        confirmed(make_supplier(name), row("Milk"))
    assert list(Supplier.objects.order_by("pk").values_list("batch_prefix", flat=True)) == [
        "Acme", "ACME2", "acme3", "Wholesal", "Wholesa2",
    ]  # fmt: skip
    assert LocalBatch.objects.filter(number="ACME2-001-L0").exists()


def test_a_name_without_our_letters_has_a_prefix_of_its_own() -> None:
    supplier = make_supplier("محمد")
    assert confirmed(supplier, row("Milk")).batch_stem == f"S{supplier.pk}-001"


def test_what_is_ours_is_set_with_a_trace_and_the_rest_stays_erpnexts() -> None:
    supplier = make_supplier("Acme Foods Ltd")
    said = SAID | {"display_name": " Acme ", "batch_prefix": "AC", "lead_time_days": 3}
    after = services.describe_supplier(supplier.pk, **said)
    assert (str(after), after.name, after.batch_prefix, after.lead_time_days) == (
        "Acme",
        "Acme Foods Ltd",
        "AC",
        3,
    )
    trace = AuditEntry.objects.get(action="supplier.described")
    assert trace.before == {"display_name": "", "batch_prefix": "", "lead_time_days": None}


def test_a_prefix_that_batches_bear_stays() -> None:
    supplier = make_supplier("Acme Foods")
    confirmed(supplier, row("Milk"))
    with pytest.raises(PrefixInUseError):
        services.describe_supplier(supplier.pk, **SAID | {"batch_prefix": "NEW"})
    kept = services.describe_supplier(supplier.pk, **SAID | {"batch_prefix": "Acme", "lead_time_days": 2})
    assert (kept.batch_prefix, kept.lead_time_days) == ("Acme", 2)


def test_another_suppliers_prefix_is_taken_whatever_the_case() -> None:
    make_supplier(batch_prefix="Acme")
    other = make_supplier()
    with pytest.raises(PrefixTakenError):
        services.describe_supplier(other.pk, **SAID | {"batch_prefix": "ACME"})
    with pytest.raises(IntegrityError, match="inventory_supplier_own_prefix"), transaction.atomic():
        Supplier.objects.filter(pk=other.pk).update(batch_prefix="aCMe")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_prefix", "A-B"),
        ("batch_prefix", "ABCDEFGHI"),
        ("batch_prefix", "Ä"),
        ("lead_time_days", -1),
        ("lead_time_days", 731),
        ("display_name", "x" * 141),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(field: str, value: Any) -> None:
    supplier = make_supplier()
    with pytest.raises(InvalidInputError) as refused:
        services.describe_supplier(supplier.pk, **SAID | {field: value})
    assert [error.field for error in refused.value.errors] == [field]
    assert not AuditEntry.objects.exists()


def test_the_counter_goes_up_only() -> None:
    supplier = make_supplier(last_upload_number=8)
    with pytest.raises(InvalidInputError):
        services.set_last_upload_number(supplier.pk, number=7, actor=ADMIN)
    assert services.set_last_upload_number(supplier.pk, number=20, actor=ADMIN).last_upload_number == 20


def test_a_prefix_stays_while_only_new_items_wait_under_it() -> None:
    supplier = make_supplier("Acme Foods")
    upload = confirmed(supplier, row("New"), to=(Decision.NEW_ITEM,))
    assert not LocalBatch.objects.exists()
    with pytest.raises(PrefixInUseError):
        services.describe_supplier(supplier.pk, **SAID | {"batch_prefix": "NEW"})
    confirmed(make_supplier("Acme Drinks"), row("Milk"))
    services.take_up_line(line_of(upload).pk, product_id=make_bought().pk, pack_factor=d("1"), actor=ADMIN)
    assert sorted(LocalBatch.objects.values_list("number", flat=True)) == ["Acme-001-L0", "Acme2-001-L0"]


def test_a_slip_of_the_hand_does_not_count_a_suppliers_invoices_out_of_all_bounds() -> None:
    supplier = make_supplier("Acme Foods", last_upload_number=8)
    for number in (services.MOST_UPLOADS + 1, 2**31, 10**30):
        with pytest.raises(InvalidInputError, match="at most 1,000,000"):
            services.set_last_upload_number(supplier.pk, number=number, actor=ADMIN)
    supplier.refresh_from_db()
    assert (supplier.last_upload_number, AuditEntry.objects.count()) == (8, 0)
    services.set_last_upload_number(supplier.pk, number=services.MOST_UPLOADS, actor=ADMIN)
    assert confirmed(supplier, row("Milk")).batch_stem == "Acme-1000001"
