"""The first two steps on the screen: the file with what is said of it, and its columns."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.inventory.intake.limits import MOST_BYTES
from apps.inventory.models import InvoiceUpload
from apps.inventory.states import UploadState
from tests.factories.inventory import make_supplier
from tests.factories.invoices import MILK, csv_of, matched, start

START = "/admin/inventory/upload/"
PART = {"hx-request": "true", "hx-target": "up-fields"}
pytestmark = pytest.mark.django_db


def file(*rows: str, name: str = "invoice.csv", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_of(*(rows or (MILK,))).getvalue() if content is None else content)


def send(desk: Client, **given: Any) -> Any:
    usual = {"supplier": "Acme", "number": "INV-7", "dated": "2026-02-02", "file": file()}
    return desk.post(START, {name: value for name, value in (usual | given).items() if value is not None})


def columns(**places: int) -> dict[str, str]:
    usual = {"name": 0, "buy_price": 1, "sell_price": 2, "quantity": 3, "part_number": 4}
    return {f"column-{name}": str(place) for name, place in (usual | places).items()}


# --- the file ---------------------------------------------------------------------------------------------
def test_a_file_becomes_a_draft_whose_columns_are_looked_at_next(desk: Client) -> None:
    supplier = make_supplier("Acme Foods")
    answer = send(desk)
    upload = InvoiceUpload.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{START}{upload.pk}/columns/")
    assert (upload.supplier, upload.number, upload.dated) == (supplier, "INV-7", date(2026, 2, 2))
    assert upload.maker_label


def test_a_script_is_led_on_by_a_header(desk: Client) -> None:
    make_supplier("Acme Foods")
    data = {"supplier": "Acme Foods", "number": "INV-7", "dated": "2026-02-02", "file": file()}
    answer = desk.post(START, data, headers=PART)
    assert answer.headers["HX-Redirect"] == f"{START}{InvoiceUpload.objects.get().pk}/columns/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"supplier": "Nobody"}, "No supplier is called so."),
        ({"supplier": "Foods"}, "Several are called so."),
        ({"number": ""}, "This field is required."),
        ({"number": "---"}, "Type the invoice number as it stands on the invoice"),
        ({"dated": "2999-01-01"}, "it cannot be later than today"),
        ({"dated": "soon"}, "Enter a valid date."),
        ({"file": None}, "Choose the file of the invoice."),
    ],
)
def test_what_is_amiss_is_said_and_what_was_typed_stays(desk: Client, given: Any, said: str) -> None:
    make_supplier("Acme Foods")
    make_supplier("Best Foods")
    answer = send(desk, **{"supplier": "Acme Foods"} | given)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert f'value="{given.get("number", "INV-7")}"' in page
    assert not InvoiceUpload.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF."),
        (b"x" * (MOST_BYTES + 1), "at most 5 MB are taken"),
        (b"Item name,Buy price,Sell price,Qty\n", "no row below it"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(desk: Client, content: bytes, said: str) -> None:
    make_supplier("Acme Foods")
    answer = send(desk, file=SimpleUploadedFile("x.csv", content))
    assert said in answer.context["file_refusal"]
    assert said in answer.content.decode()
    assert not InvoiceUpload.objects.exists()


def test_a_number_that_came_is_refused_to_a_clerk_whatever_reason_he_sends(desk: Client) -> None:
    supplier = make_supplier("Acme Foods")
    first = start(supplier, MILK, number="INV-7")
    answer = send(desk, duplicate_reason="I want to")
    page = answer.content.decode()
    assert f'href="{START}{first.pk}/"' in page
    assert "duplicate_reason" not in page
    assert InvoiceUpload.objects.get() == first


def test_who_may_approve_is_asked_for_a_reason_and_then_let_through(office: Client) -> None:
    start(make_supplier("Acme Foods"), MILK, number="INV-7")
    assert 'name="duplicate_reason"' in send(office).content.decode()
    assert send(office, duplicate_reason="Two deliveries").status_code == 302
    assert InvoiceUpload.objects.latest("pk").duplicate_reason == "Two deliveries"


@pytest.mark.parametrize(("asked", "begins"), [("csv", b"Item name,Buy price"), ("xlsx", b"PK")])
def test_the_template_is_downloaded(desk: Client, asked: str, begins: bytes) -> None:
    answer = desk.get(f"{START}template/?as={asked}")
    assert answer.content.removeprefix(b"\xef\xbb\xbf").startswith(begins)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="larder-invoice-template.{asked}"'


def test_what_is_under_way_stands_there_mine_or_everybodys(desk: Client, office: Client) -> None:
    make_supplier("Acme Foods")
    send(desk)
    mine = InvoiceUpload.objects.get()
    assert desk.get(START).context["uploads"] == [mine]
    assert office.get(START).context["uploads"] == []
    assert office.get(f"{START}?show=all").context["uploads"] == [mine]
    assert office.get(f"{START}?show=done").context["uploads"] == []


def test_one_left_goes_on_where_it_was(desk: Client) -> None:
    supplier = make_supplier()
    draft, lines = start(supplier, MILK), matched(supplier)
    assert desk.get(f"{START}{draft.pk}/").headers["Location"] == f"{START}{draft.pk}/columns/"
    assert desk.get(f"{START}{lines.pk}/").headers["Location"] == f"{START}{lines.pk}/match/"


# --- its columns -------------------------------------------------------------------------------------------
def test_the_columns_are_shown_with_samples_and_what_the_file_comes_to(desk: Client) -> None:
    upload = start(make_supplier(), MILK, "Rice,1.00,2.00,3,R1")
    answer = desk.get(f"{START}{upload.pk}/columns/")
    found = answer.context["found"]
    assert [(row.field.value, row.samples) for row in answer.context["rows"][:2]] == [
        ("name", ["Org. Whole Milk 6x1L", "Rice"]),
        ("buy_price", ["7.20", "1.00"]),
    ]
    assert (found.is_good, len(found.reading.lines), found.missing) == (True, 2, [])
    assert not upload.lines.exists()


def test_what_is_missing_is_said_while_columns_are_chosen(desk: Client) -> None:
    upload = start(make_supplier(), MILK)
    part = {"hx-request": "true", "hx-target": "up-columns"}
    sent = {name: value for name, value in columns().items() if name != "column-buy_price"}
    answer = desk.get(f"{START}{upload.pk}/columns/", sent, headers=part)
    assert [field.value for field in answer.context["found"].missing] == ["buy_price"]
    assert "Choose the column of:" in answer.content.decode()


def test_chosen_columns_are_read_and_matched(desk: Client) -> None:
    upload = start(make_supplier(), MILK)
    answer = desk.post(f"{START}{upload.pk}/columns/", columns())
    assert answer.headers["Location"] == f"{START}{upload.pk}/match/"
    assert upload.lines.get().name == "Org. Whole Milk 6x1L"


def test_bad_rows_are_listed_by_row_column_and_reason_and_nothing_is_kept(desk: Client) -> None:
    upload = start(make_supplier(), MILK, "Eggs,1O,2.00,3,E", "Rice,1.00,,3,R")
    answer = desk.post(f"{START}{upload.pk}/columns/", columns())
    page = answer.content.decode()
    assert [(one.row, one.column, one.header, one.code) for one in answer.context["bad"]] == [
        (3, "B", "Buy price", "not-a-number"),
        (4, "C", "Sell price", "blank"),
    ]
    assert "2 rows cannot be taken" in page
    assert "“1O” is not a number." in page
    assert not upload.lines.exists()


def test_of_very_many_bad_rows_the_first_are_listed_and_the_rest_is_counted(desk: Client) -> None:
    upload = start(make_supplier(), *(f"Eggs {n},x,2.00,3,E" for n in range(130)))
    answer = desk.get(f"{START}{upload.pk}/columns/")
    assert (len(answer.context["bad"]), answer.context["bad_left"]) == (100, 30)
    assert "30 more mistakes are not shown." in answer.content.decode()


def test_a_mended_file_takes_the_place_of_the_bad_one(desk: Client) -> None:
    upload = start(make_supplier(), "Eggs,1O,2.00,3,E")
    sent = {"do": "replace", "file": file(MILK, name="mended.csv")}
    desk.post(f"{START}{upload.pk}/columns/", sent)
    upload.refresh_from_db()
    assert (upload.file_name, upload.state) == ("mended.csv", UploadState.DRAFT)


def test_one_column_for_two_fields_is_refused_and_the_choice_stays(desk: Client) -> None:
    upload = start(make_supplier(), MILK)
    answer = desk.post(f"{START}{upload.pk}/columns/", columns(sell_price=1))
    assert "Column B is chosen twice" in answer.context["refusal"]
    assert {field.value: at for field, at in answer.context["found"].chosen.items()}["sell_price"] == 1
    assert not upload.lines.exists()
