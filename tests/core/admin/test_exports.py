import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from openpyxl import load_workbook

from apps.core import spreadsheets
from apps.core.models import AuditEntry
from apps.orders.states import OrderStatus
from tests.factories.catalog import make_price, make_price_list, make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

ORDERS = "/admin/orders/order/"
EVIL = ["=1+1", "+44 7700", "-2", "@SUM(A1)", "\tx", "\rx", "\n=x"]


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def cells_of(response):
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False)  # the 2nd in London
def test_exports_exactly_what_is_filtered_in_the_columns_shown(desk):
    make_order("OPEN", status=OrderStatus.OPEN, grand_total=Decimal("12.5"), customer_name="Ada")
    make_order("DONE", status=OrderStatus.COMPLETED)
    response = desk.post(f"{ORDERS}export/?status=open", {"format": "csv"})
    head, *rows = rows_of(response)
    assert response["Content-Disposition"] == 'attachment; filename="order-2026-07-02.csv"'
    assert head == ["Order", "Status", "Customer", "Placed", "Source", "Amount", "Outstanding"]
    assert [row[:3] for row in rows] == [["OPEN", "Open", "Ada"]]
    assert Decimal(rows[0][5]) == Decimal("12.5")


def test_all_pages_are_exported_and_not_only_the_one_that_is_shown(desk):
    for number in range(60):
        make_order(f"SINV-{number:03d}")
    rows = rows_of(desk.post(f"{ORDERS}export/?p=2", {"format": "csv"}))
    assert sorted(row[0] for row in rows[1:]) == [f"SINV-{number:03d}" for number in range(60)]


def test_excel_gets_figures_as_figures_and_moments_by_the_shops_clock(desk):
    make_order(placed_at=datetime(2026, 7, 1, 12, tzinfo=UTC), grand_total=Decimal("12.5"))
    head, row = cells_of(desk.post(f"{ORDERS}export/", {"format": "xlsx"}))
    assert head[0] == "Order"
    assert row[3] == datetime(2026, 7, 1, 13)  # noqa: DTZ001  Excel knows no zones
    assert row[5] == 12.5


def test_another_record_is_exported_by_its_name_as_it_is_written(desk):
    make_price(make_product("FISH&1"), make_price_list("Fish & <chips>"))
    head, row = rows_of(desk.post("/admin/catalog/itemprice/export/", {"format": "csv"}))
    exported = dict(zip(head, row, strict=True))
    assert (exported["Item code"], exported["Price list"]) == ("FISH&1", "Fish & <chips>")


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_cell_is_a_formula(text, file_format, desk):
    make_customer("C-1", name=text)
    response = desk.post("/admin/customers/customer/export/", {"format": file_format})
    rows = rows_of(response) if file_format == "csv" else cells_of(response)
    assert rows[1][0].startswith("'")


def test_a_number_below_nought_stays_a_number():
    assert spreadsheets.harmless(Decimal("-5")) == Decimal("-5")
    assert list(spreadsheets.csv_lines(["a"], [[Decimal("-5.20")]]))[1] == "-5.20\r\n"


def test_a_character_that_excel_refuses_does_not_stop_the_file(desk):
    make_customer("C-1", name="Bell\x07e")
    assert cells_of(desk.post("/admin/customers/customer/export/", {"format": "xlsx"}))[1][0] == "Belle"


def test_a_sheet_that_is_full_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS_OF_A_SHEET", 3)
    book = load_workbook(spreadsheets.xlsx_file(["n"], [[number] for number in range(5)]))
    assert [[cell for (cell,) in sheet.iter_rows(values_only=True)] for sheet in book] == [
        ["n", 0, 1],
        ["n", 2, 3],
        ["n", 4],
    ]


def test_a_product_is_exported_under_its_name_in_the_readers_language_without_a_query_each(
    desk, django_assert_max_num_queries
):
    for number in range(30):
        make_product(f"P-{number:02d}", name_en=f"Milk {number:02d}")
    with django_assert_max_num_queries(20):
        rows = rows_of(desk.post("/admin/catalog/product/export/", {"format": "csv"}))
    assert [row[0] for row in rows[1:3]] == ["Milk 00", "Milk 01"]


def test_the_trail_says_who_took_what(desk):
    make_order()
    rows_of(desk.post(f"{ORDERS}export/?status=open", {"format": "csv"}))
    entry = AuditEntry.objects.get(action="order.exported")
    assert (entry.actor_label, entry.after["filters"], entry.after["rows"]) == (
        "Ada Boss",
        "status=open",
        "1",
    )


def test_whoever_may_not_export_gets_no_file_and_leaves_no_entry(clerks_desk):
    make_order()
    assert clerks_desk.post(f"{ORDERS}export/", {"format": "csv"}).status_code == 403
    assert AuditEntry.objects.filter(action="order.exported").count() == 0


def test_a_link_starts_no_export(desk):
    assert desk.get(f"{ORDERS}export/?format=csv").status_code == 405


def test_a_format_that_we_do_not_make_is_said(desk):
    make_order()
    answer = desk.post(f"{ORDERS}export/", {"format": "pdf"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "“pdf” is not a format we export; choose csv or xlsx."
    ]
