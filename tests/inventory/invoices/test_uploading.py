"""A supplier's file arrives: what is kept, what is refused, and that nothing of what is refused stays."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, strategies

from apps.core.errors import DomainError, InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from apps.inventory import files, reports, services
from apps.inventory.errors import DuplicateInvoiceError, RowsRefusedError, StorageError, UploadClosedError
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, UploadLine
from apps.inventory.services.invoices.numbers import key_of
from apps.inventory.states import Decision, UploadState
from tests.factories.catalog import make_price_list
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    DATED,
    HEADER,
    MILK,
    confirmed,
    csv_of,
    d,
    decide,
    line_of,
    matched,
    row,
    start,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    """Where the files of this test lie."""
    place = Path(settings.PRIVATE_ROOT) / files.FOLDER
    for left in place.glob("*"):
        left.unlink()
    yield place
    for left in place.glob("*"):
        left.unlink()


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*"))


# --- the file -----------------------------------------------------------------------------------------------
def test_the_file_is_kept_under_a_random_name_for_its_owner_alone(folder: Path) -> None:
    upload = start(make_supplier(), MILK, file_name="../../etc/Acme invoice.csv")
    assert stored(folder) == [upload.file_key]
    assert len(upload.file_key) == 32
    assert stat.S_IMODE((folder / upload.file_key).stat().st_mode) == 0o600
    assert files.read(upload.file_key) == csv_of(MILK).getvalue()
    assert (upload.file_name, upload.file_size) == (
        "../../etc/Acme invoice.csv",
        len(csv_of(MILK).getvalue()),
    )
    assert not Path(settings.PRIVATE_ROOT).is_relative_to(settings.MEDIA_ROOT)


def test_a_draft_proposes_columns_and_has_no_lines_yet() -> None:
    upload = start(make_supplier(), MILK)
    assert upload.state == UploadState.DRAFT
    assert upload.headers == HEADER.split(",")
    assert upload.mapping == {
        "name": 0, "buy_price": 1, "sell_price": 2, "quantity": 3, "part_number": 4,
    }  # fmt: skip
    assert not upload.lines.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"%PDF-1.7 ..."])
def test_of_a_file_that_is_none_nothing_is_kept(folder: Path, content: bytes) -> None:
    supplier = make_supplier()
    with pytest.raises(InvalidInputError):
        services.start_upload(
            BytesIO(content), supplier_id=supplier.pk, number="1", dated=DATED, file_name="x.csv", actor=CLERK
        )
    assert stored(folder) == []
    assert not InvoiceUpload.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"number": " -- "}, InvalidInputError),
        ({"number": "9" * 65}, InvalidInputError),
        ({"dated": DATED + timedelta(days=36500)}, InvalidInputError),
        ({"supplier_id": 0}, NotFoundError),
    ],
)
def test_of_what_is_refused_nothing_is_kept(folder: Path, wrong: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        start(make_supplier(), MILK, **wrong)
    assert stored(folder) == []
    assert not InvoiceUpload.objects.exists()


def test_when_the_disk_refuses_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        start(make_supplier(), MILK)
    assert stored(folder) == []
    assert not InvoiceUpload.objects.exists()


def test_a_file_that_is_gone_is_said() -> None:
    upload = start(make_supplier(), MILK)
    files.remove([upload.file_key])
    with pytest.raises(StorageError, match="Upload it again"):
        services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)


# --- its rows -----------------------------------------------------------------------------------------------
def test_a_row_becomes_a_line_with_its_place_its_row_and_its_cells() -> None:
    line = line_of(matched(make_supplier(), row("Bread"), MILK), 1)
    assert (line.position, line.row, line.cells[0]) == (1, 3, "Org. Whole Milk 6x1L")
    assert (line.quantity, line.buy_price, line.sell_price) == (10, d("7.2"), d("1.8"))
    assert (line.part_number, line.decision) == ("MLK6", Decision.UNDECIDED)


def test_bad_rows_are_named_and_not_one_line_is_written(folder: Path) -> None:
    upload = start(make_supplier(), MILK, row("Cheese", quantity="-"), row("Bread", buy="1.2.3"))
    with pytest.raises(RowsRefusedError) as refused:
        services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)
    assert [error.field for error in refused.value.errors] == ["rows[3].D", "rows[4].B"]
    assert refused.value.errors[0].message.startswith("Row 3, column D (Qty): ")
    upload.refresh_from_db()
    assert (upload.state, upload.line_count, upload.lines.count()) == (UploadState.DRAFT, 0, 0)
    assert stored(folder) == [upload.file_key]


def test_the_mended_file_takes_the_place_of_the_first(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    upload = start(make_supplier(), row("Cheese", quantity="-"))
    with django_capture_on_commit_callbacks(execute=True):
        replaced = services.replace_file(
            upload.pk, csv_of(row("Cheese")), file_name="mended.csv", actor=CLERK
        )
    assert stored(folder) == [replaced.file_key]
    assert replaced.file_key != upload.file_key
    services.set_columns(upload.pk, mapping=replaced.mapping, actor=CLERK)
    assert line_of(upload).name == "Cheese"


def test_a_second_file_that_is_none_leaves_the_first(folder: Path) -> None:
    upload = start(make_supplier(), MILK)
    with pytest.raises(InvalidInputError):
        services.replace_file(upload.pk, BytesIO(b""), file_name="empty.csv", actor=CLERK)
    assert stored(folder) == [upload.file_key]


def test_columns_are_remembered_for_the_suppliers_next_file() -> None:
    supplier = make_supplier()
    header = "What,Cost to us,RRP inc,How many,Their code"
    upload = start(supplier, MILK, header=header)
    chosen = {"name": 0, "buy_price": 1, "sell_price": 2, "quantity": 3, "part_number": 4}
    services.set_columns(upload.pk, mapping=chosen, actor=CLERK)
    assert start(supplier, MILK, header=header).mapping == chosen
    assert start(make_supplier(), MILK, header=header).mapping != chosen


@pytest.mark.parametrize(
    "chosen", [{"name": 0}, {"name": 0, "price": 1}, {"name": 99}, {"name": 0, "quantity": 0}]
)
def test_columns_that_will_not_do_are_refused(chosen: dict[str, int]) -> None:
    upload = start(make_supplier(), MILK)
    before = upload.mapping
    with pytest.raises(InvalidInputError):
        services.set_columns(upload.pk, mapping=chosen, actor=CLERK)
    upload.refresh_from_db()
    assert (upload.mapping, upload.lines.count()) == (before, 0)


def test_other_columns_take_the_place_of_lines_and_decisions() -> None:
    upload = matched(make_supplier(), MILK)
    decide(upload, Decision.IGNORE)
    services.set_columns(upload.pk, mapping=upload.mapping | {"buy_price": 2, "sell_price": 1}, actor=CLERK)
    line = line_of(upload)
    assert (line.buy_price, line.decision) == (d("1.8"), Decision.UNDECIDED)
    upload.refresh_from_db()
    assert (upload.state, upload.is_matching) == (UploadState.DRAFT, True)


# --- numbers ------------------------------------------------------------------------------------------------
@given(strategies.text(max_size=40))
def test_a_number_is_itself_however_it_is_spelled(number: str) -> None:
    key = key_of(number)
    assert key_of(f"  {number.lower()} ") == key_of(number.lower())
    assert key_of(key) == key


def test_numbers_that_differ_stay_different() -> None:
    keys = {key_of(number) for number in ("INV-1-23", "INV-12-3", "INV-123", "INV-1230", "12INV3", "123")}
    assert len(keys) == 6
    assert key_of("INV/00123") == key_of("inv 123") == "inv-123"


def test_after_twelve_months_the_number_is_free() -> None:
    supplier, then = make_supplier(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    first = start(supplier, MILK, number="INV-1", at=then)
    with pytest.raises(DuplicateInvoiceError):
        start(supplier, MILK, number="INV-1", at=then + timedelta(days=365))
    second = start(supplier, MILK, number="INV-1", at=then + timedelta(days=367))
    first.refresh_from_db()
    assert (first.claim, second.claim) == (None, "inv-1")


def test_the_database_itself_lets_no_number_be_claimed_twice() -> None:
    first = start(make_supplier(), MILK, number="INV-1")
    second = start(first.supplier, MILK, number="INV-2")
    with pytest.raises(IntegrityError, match="inventory_upload_number_once"), transaction.atomic():
        InvoiceUpload.objects.filter(pk=second.pk).update(claim="inv-1")


def test_another_supplier_has_numbers_of_his_own() -> None:
    start(make_supplier(), MILK, number="INV-1")
    assert start(make_supplier(), MILK, number="INV-1").claim == "inv-1"


def test_the_same_file_is_always_warned_of() -> None:
    first, other = start(make_supplier(), MILK), start(make_supplier(), row("Bread"))
    again = start(make_supplier(), MILK)
    assert reports.same_files(again) == [first]
    assert reports.same_files(other) == []


# --- discarding ---------------------------------------------------------------------------------------------
def test_what_is_discarded_frees_its_number_and_its_file_goes(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    upload = matched(make_supplier(), MILK, number="INV-1")
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_upload(upload.pk, actor=CLERK)
        services.discard_upload(upload.pk, actor=CLERK)
    assert stored(folder) == []
    assert AuditEntry.objects.filter(action="invoice.discarded").count() == 1
    assert start(upload.supplier, MILK, number="INV-1").claim == "inv-1"


def test_what_is_confirmed_is_not_discarded(folder: Path) -> None:
    upload = confirmed(make_supplier(), MILK)
    with pytest.raises(UploadClosedError):
        services.discard_upload(upload.pk, actor=ADMIN)
    assert stored(folder) == [upload.file_key]


def test_files_without_an_upload_are_tidied_away_after_a_day(folder: Path) -> None:
    upload = start(make_supplier(), MILK)
    old, fresh = files.keep(b"left by a crash"), files.keep(b"its row comes in a moment")
    day_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for key in (old, upload.file_key):
        os.utime(folder / key, (day_ago, day_ago))
    assert services.tidy_files(at=timezone.now(), actor=ADMIN) == 1
    assert stored(folder) == sorted([upload.file_key, fresh])


# --- values -------------------------------------------------------------------------------------------------
def test_a_line_is_corrected_and_reckoned_anew() -> None:
    upload = matched(make_supplier(), MILK)
    values = {"quantity": d("4"), "buy_price": d("6.60"), "sell_price": None, "vat_rate": d("20")}
    line = services.edit_line(line_of(upload).pk, values=values, actor=CLERK)
    assert (line.stock_quantity, line.unit_cost, line.sell_price, line.vat_rate) == (
        4 * line.pack_factor,
        d("6.6") / line.pack_factor,
        None,
        20,
    )
    assert line.cells[3] == "10"


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": d("0")},
        {"quantity": None},
        {"quantity": d("-1")},
        {"buy_price": d("NaN")},
        {"vat_rate": d("101")},
        {"name": "x"},
        {"quantity": d("0.0001")},
        {"sell_price": d("-0.01")},
        {"buy_price": d("1e12")},
    ],
)
def test_values_that_no_line_can_have_are_refused(values: dict[str, Any]) -> None:
    line = line_of(matched(make_supplier(), MILK))
    with pytest.raises(DomainError):
        services.edit_line(line.pk, values=values, actor=CLERK)
    after = UploadLine.objects.get(pk=line.pk)
    assert (after.quantity, after.buy_price) == (line.quantity, line.buy_price)


@pytest.mark.parametrize("pack", ["0", "-1", "100001", "NaN", "Infinity", "0.00001"])
def test_packs_that_nothing_holds_are_refused(pack: str) -> None:
    upload = matched(make_supplier(), MILK)
    choice = services.Choice(decision=Decision.NEW_ITEM, pack_factor=d(pack))
    with pytest.raises(InvalidInputError):
        services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=CLERK)
    assert line_of(upload).decision == Decision.UNDECIDED


def test_lines_of_another_invoice_are_not_decided() -> None:
    mine, other = matched(make_supplier(), MILK), matched(make_supplier(), MILK)
    choice = services.Choice(decision=Decision.IGNORE)
    with pytest.raises(NotFoundError):
        services.decide_lines(mine.pk, choices={line_of(other).pk: choice}, actor=CLERK)
    assert line_of(other).decision == Decision.UNDECIDED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"is_active": False}, "“Acme” is switched off in ERPNext"),
        ({"gone_at": timezone.now()}, "“Acme” is not in ERPNext any more"),
    ],
)
def test_nothing_is_uploaded_of_a_supplier_who_cannot_deliver(given: dict[str, Any], said: str) -> None:
    supplier = make_supplier("Acme", **given)
    with pytest.raises(InvalidInputError, match=said):
        start(supplier, MILK)
    assert not InvoiceUpload.objects.exists()
    assert list(files.stored()) == []


def test_only_what_came_before_is_named_as_the_same_file() -> None:
    supplier = make_supplier()
    first, second, third = (start(supplier, MILK) for _ in range(3))
    assert [reports.same_files(one) for one in (first, second, third)] == [[], [first], [second, first]]


# --- once it was handed in ----------------------------------------------------------------------------------
def test_what_was_taken_back_may_have_other_columns_and_another_file() -> None:
    make_price_list("Standard Selling")
    upload = confirmed(make_supplier("Acme"), row("Milk"), is_final=False, actor=CLERK)
    services.take_back(upload.pk, actor=CLERK)
    services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)
    services.replace_file(upload.pk, csv_of(row("Cheese")), file_name="again.csv", actor=CLERK)
    upload.refresh_from_db()
    assert (upload.state, upload.lines.count()) == ("draft", 0)
    batch = LocalBatch.objects.get()
    assert (batch.number, batch.state, batch.line) == ("Acme-001-L0", "void", None)  # given out all the same
    assert list(LocalPrice.objects.values_list("state", "line")) == [("void", None)]


def test_what_stands_keeps_its_line() -> None:
    upload = confirmed(make_supplier(), row("Milk"))
    with pytest.raises(IntegrityError), transaction.atomic():
        upload.lines.all().delete()
    assert LocalBatch.objects.get().line == line_of(upload)
