"""Suppliers' files read to their lines, each in a process of its own: how long, and how much memory."""

import csv
import io
import json
import multiprocessing
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook

from apps.inventory.intake import FileRefusedError, open_file, read_lines

TITLE = "Suppliers' files read to their lines"
ROWS: Final = 5_000
HEADER: Final = (
    "Item name", "Buy price", "Sell price", "Qty", "Part no", "Expiry", "Pack size", "Unit", "VAT", "Barcode",
)  # fmt: skip
Row = tuple[Any, ...]


def run() -> list[dict[str, str]]:
    """A row for each file; every one is read in a fresh process, which tells its own memory."""
    return [_row(name, content) for name, content in _files()]


def _files() -> Iterator[tuple[str, bytes]]:
    for rows in (ROWS // 10, ROWS):
        yield f"{rows:,} rows, CSV", _csv(_rows(rows))
    yield f"{ROWS:,} rows, CSV, UTF-16, semicolons, decimal commas", _csv(_rows(ROWS), european=True)
    yield (
        f"{ROWS:,} rows, CSV, every row bad",
        _csv((name, "x", "y", "z", *rest) for name, _b, _s, _q, *rest in _rows(ROWS)),
    )
    yield f"{ROWS:,} rows, XLSX", _xlsx(_rows(ROWS))
    yield "60,000 rows, CSV, refused", _csv(_rows(60_000))[: 5 * 1024 * 1024]
    yield "one line of 5 MB, refused", b"a" * (5 * 1024 * 1024)
    yield "a quotation mark never closed, 5 MB, refused", b'a,b\n"' + b"c,d\n" * 1_300_000


def _rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield (
            f"Organic semi-skimmed milk {number} 1 L", f"{1 + number / 1000:.3f}", f"{2 + number / 100:.2f}",
            str(1 + number % 48), f"MLK-{number:05}", f"2027-{1 + number % 12:02}-{1 + number % 28:02}",
            "6 x 1 L", "case", "20%", f"{5_000_000_000_000 + number}",
        )  # fmt: skip


def _csv(rows: Iterator[Row], *, european: bool = False) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if european else ",")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow([cell.replace(".", ",") for cell in row] if european else row)
    return out.getvalue().encode("utf-16" if european else "utf-8")


def _xlsx(rows: Iterator[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for name, buy, sell, quantity, part, expiry, *rest in rows:
        sheet.append((name, float(buy), float(sell), int(quantity), part, date.fromisoformat(expiry), *rest))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(name: str, content: bytes) -> dict[str, str]:
    told = _in_a_process(content)
    return {
        "file": name,
        "kB": f"{len(content) / 1024:,.0f}",
        "opened, s": f"{told['opened']:.2f}",
        "lines, s": f"{told['read']:.2f}",
        "lines": f"{told['lines']:,}",
        "memory, MB more": f"{told['more'] / 1024:.0f}",
    }


def _in_a_process(content: bytes) -> dict[str, float]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_tell, args=(content, theirs))
    child.start()
    told: dict[str, float] = json.loads(ours.recv())
    child.join()
    return told


def _tell(content: bytes, answer: Any) -> None:
    before, began = _resident(), time.perf_counter()
    lines, opened = 0, 0.0
    try:
        table = open_file(content)
        opened = time.perf_counter() - began
        lines = len(read_lines(table, today=date(2026, 12, 1), currency="GBP").lines)
    except FileRefusedError:
        opened = opened or time.perf_counter() - began
    whole = time.perf_counter() - began
    answer.send(
        json.dumps({"opened": opened, "read": whole - opened, "lines": lines, "more": _most() - before})
    )


def _resident() -> int:
    return _told("VmRSS:")


def _most() -> int:
    return _told("VmHWM:")


def _told(name: str) -> int:
    """Kilobytes that Linux tells of this process."""
    return int(Path("/proc/self/status").read_text().partition(name)[2].split()[0])
