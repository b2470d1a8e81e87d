"""Whatever is written is read back the same, in any dialect; any bytes raise only the declared error."""

import csv
import string
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from apps.inventory.intake import Field, FileRefusedError, open_file, read_lines
from apps.inventory.intake.cells import UnreadableError, clean, one_line
from apps.inventory.intake.dates import day
from apps.inventory.intake.numbers import figure
from apps.inventory.intake.packs import pack
from apps.inventory.intake.vocabulary import is_nothing, is_total, meaning_of
from tests.inventory.intake.files import HEADER, TODAY, raw_book, xlsx

LETTERS = string.ascii_letters + string.digits + " ,;|\"'.-%()&/àéüßçñøŒ€£"  # all of them in Windows-1252
COLUMNS = (*HEADER, "Supplier part number", "Expiry")


@dataclass(frozen=True)
class Item:
    name: str
    buy: Decimal
    sell: Decimal
    quantity: Decimal
    code: str
    expiry: date | None


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    encoding: str
    decimal: str
    group: str
    before: str
    behind: str
    dates: str
    end: str


def is_name(text: str) -> bool:
    known = is_total(text) or is_nothing(text) or meaning_of(text)
    return any(sign.isalpha() for sign in text) and not known and not text.startswith("sep=")


names = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: one_line(clean(text))).filter(is_name)
items = st.builds(
    Item,
    name=names,
    buy=st.decimals(0, 99_999, places=4).map(abs),
    sell=st.decimals(0, 99_999, places=2).map(abs),
    quantity=st.decimals(Decimal("0.001"), 9_999, places=3),
    code=st.from_regex(r"[A-Z]{2}[0-9]{1,6}", fullmatch=True) | st.just(""),
    expiry=st.dates(date(2027, 1, 1), date(2035, 12, 31)) | st.none(),
)
dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    decimal=st.sampled_from(".,"),
    group=st.sampled_from(["", " ", "'", "other"]),
    before=st.sampled_from(["", "£", "GBP "]),
    behind=st.sampled_from(["", " £", " GBP"]),
    dates=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y"]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
)


def number(value: Decimal, dialect: Dialect) -> str:
    """A number in the dialect; one that is certain, so that a column of it is."""
    group = {"other": "," if dialect.decimal == "." else "."}.get(dialect.group, dialect.group)
    text = format(value, ",.4f").rstrip("0") + ("0" if value == value.to_integral_value() else "")
    return text.replace(",", "G").replace(".", dialect.decimal).replace("G", group)


def written(lines: list[Item], dialect: Dialect) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator=dialect.end)
    writer.writerow(COLUMNS)
    for item in lines:
        price = f"{dialect.before}{number(item.buy, dialect)}{'' if dialect.before else dialect.behind}"
        expiry = item.expiry.strftime(dialect.dates) if item.expiry else ""
        figures = (price, number(item.sell, dialect), number(item.quantity, dialect))
        writer.writerow((item.name, *figures, item.code, expiry))
    return out.getvalue().encode(dialect.encoding)


def anchors(dialect: Dialect) -> list[Item]:
    """Two lines that show how the file is written, as any real one does: 0.5, and a day above twelve."""
    half = Decimal("0.5")
    return [
        Item("Anchor one", half, half, half, "ZZ9999991", date(2027, 1, 31)),
        Item(
            "Anchor two café", Decimal("12345.25"), Decimal("12345.25"), half, "ZZ9999992", date(2028, 2, 29)
        ),
    ]


@settings(deadline=None, max_examples=250)
@given(st.lists(items, min_size=1, max_size=12), dialects)
def test_a_table_written_in_any_dialect_is_read_back_the_same(lines: list[Item], dialect: Dialect) -> None:
    lines = [*lines, *anchors(dialect)]
    table = open_file(written(lines, dialect))
    assert table.dialect.delimiter == dialect.delimiter
    reading = read_lines(table, today=TODAY)
    assert [str(finding) for finding in reading.findings.shown if finding.level == "error"] == []
    assert [
        Item(line.name, line.buy_price, line.sell_price, line.quantity, line.part_number, line.expiry)
        for line in reading.lines
    ] == lines
    assert [line.place for line in reading.lines] == list(range(len(lines)))


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(items, min_size=1, max_size=8))
def test_a_workbook_is_read_back_the_same(lines: list[Item]) -> None:
    rows = [
        (item.name, float(item.buy), float(item.sell), float(item.quantity), item.code or None, item.expiry)
        for item in lines
    ]
    assume(not any(item.name.startswith("=") for item in lines))
    reading = read_lines(open_file(xlsx(*rows, header=COLUMNS)), today=TODAY)
    assert [
        Item(line.name, line.buy_price, line.sell_price, line.quantity, line.part_number, line.expiry)
        for line in reading.lines
    ] == lines


anything = (
    st.binary(max_size=3000)
    | st.text(max_size=1500).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text('",;|\t\r\n=+-@0123456789.,/aé ', max_size=1500).map(str.encode)
    | st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=12).map(
        lambda rows: "\n".join(";".join(row) for row in rows).encode("utf-8", "surrogatepass")
    )
)


def taken_or_refused(content: bytes) -> None:
    """Open a file, and read its lines by columns that nobody proposed: only the declared error may come."""
    began = time.monotonic()
    with suppress(FileRefusedError):
        table = open_file(content)
        chosen = {field: index for index, field in enumerate(Field) if index < len(table.headers)}
        reading = read_lines(table, today=TODAY, chosen=chosen, currency="GBP")
        assert reading.bad_rows + len(reading.lines) <= len(table.rows)
        assert all(str(finding) for finding in (*table.findings.shown, *reading.findings.shown))
    assert time.monotonic() - began < 10


@settings(deadline=None, max_examples=400)
@given(anything)
@example(b'a,b\n"')
@example(b"sep=;\n")
@example(b"\xff\xfe")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    taken_or_refused(content)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.text(max_size=10), min_size=4, max_size=10), min_size=1, max_size=8))
def test_any_cells_below_a_header_are_lines_or_bad_rows(rows: list[list[str]]) -> None:
    out = StringIO()
    csv.writer(out).writerows([[field.label for field in Field], *rows])
    taken_or_refused(out.getvalue().encode("utf-8", "surrogatepass"))


TWO_LINES = xlsx(("Milk", 1, 2, 3), ("Tea", 1, 2, 3))  # once: it holds the time, and is never as long


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_workbook_with_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(TWO_LINES)
    for _change in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    taken_or_refused(bytes(content))


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("<>/crvtisf=\"'&; ABZ0123456789rownbse", max_size=200))
def test_any_markup_of_a_sheet_is_read_or_refused(inner: str) -> None:
    taken_or_refused(raw_book(f"<sheetData>{inner}</sheetData>"))


@pytest.mark.parametrize("read", [figure, day, pack])
@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=60) | st.text("0123456789.,'-/x() €%", max_size=60))
def test_any_text_is_a_value_or_unreadable(read: object, text: str) -> None:
    with suppress(UnreadableError):
        assert read(text) is not None  # type: ignore[operator]
