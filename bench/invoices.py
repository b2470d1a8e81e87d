"""A supplier's invoice of 5,000 lines against 20,000 products: how long staff wait for each step of it."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog.models import PriceList, Product
from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.inventory import files, reports, services
from apps.inventory.models import InvoiceUpload, Supplier
from apps.inventory.services import Choice
from apps.inventory.states import Decision
from bench._memory import forget_peak, peak

TITLE = "An invoice of 5,000 lines, 20,000 products"
PRODUCTS, LINES = 20_000, 5_000
HEADER = "Item name,Buy price,Sell price,Qty,Supplier part number\n"
STAMPS = {"erp_creation": "2026-02-02 08:05:17.324600", "erp_modified": "2026-02-02 08:05:17.324600"}
WORDS = ("Organic", "Whole", "Skimmed", "Milk", "Cheddar", "Mature", "Rye", "Bread", "Oat", "Honey", "Lemon",
         "Ginger", "Tomato", "Basil", "Soup", "Juice", "Apple", "Pear", "Butter", "Salted")  # fmt: skip


def run() -> list[dict[str, str]]:
    """A row for each step; everything is rolled back."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        rows = list(_measured())
        transaction.set_rollback(True)
    return rows


def _measured() -> Iterator[dict[str, str]]:
    supplier = _filled()
    upload: list[InvoiceUpload] = []
    wanted = {f"sync_controls.push_{name}": True for name in ("batches", "prices")}

    def started() -> None:
        upload.append(services.start_upload(
            BytesIO(_file()), supplier_id=supplier.pk, number="INV-1", dated=date(2026, 2, 2),
            file_name="big.csv", actor=COMMAND,
        ))  # fmt: skip

    yield _timed("the file is opened and kept", started)
    (one,) = upload
    yield _timed(
        "its rows become lines", lambda: services.set_columns(one.pk, mapping=one.mapping, actor=COMMAND)
    )
    yield _timed("the lines are matched", lambda: services.match_upload(one.pk, actor=SYSTEM))
    left = list(one.lines.undecided().values_list("pk", flat=True))
    choice = Choice(decision=Decision.NEW_ITEM)
    yield _timed(
        f"{len(left)} of them are decided at once",
        lambda: services.decide_lines(one.pk, choices=dict.fromkeys(left, choice), actor=COMMAND),
    )
    yield _timed("the first page is shown", lambda: (reports.lines_page(one), reports.upload_facts(one)))
    options.save(wanted, actor=COMMAND)
    yield _timed(
        "it is confirmed, with all its messages",
        lambda: services.confirm_upload(one.pk, actor=COMMAND, is_final=True),
    )
    yield _timed("it is undone", lambda: services.undo_upload(one.pk, reason="measured", actor=COMMAND))
    files.remove([one.file_key])


def _timed(title: str, work: Callable[[], Any]) -> dict[str, str]:
    forget_peak()
    before = peak()
    began = perf_counter()
    with CaptureQueriesContext(connection) as asked:
        work()
    more = (peak() - before) // 1024
    return {
        "step": title,
        "seconds": f"{perf_counter() - began:.2f}",
        "questions": str(len(asked)),
        "more memory, MB": str(more),
    }


def _filled() -> Supplier:
    """A catalogue, two price lists and a supplier."""
    Product.objects.bulk_create(_product(n) for n in range(PRODUCTS))
    for name, selling in (("Standard Selling", True), ("Standard Buying", False)):
        PriceList.objects.create(
            erp_name=f"Bench {name}", name=name, currency="GBP", is_active=True, for_selling=selling,
            for_buying=not selling, ignores_unit=False, **STAMPS,
        )  # fmt: skip
    lists = {"shop.price_list": "Bench Standard Selling", "shop.buying_price_list": "Bench Standard Buying"}
    options.save(lists, actor=COMMAND)
    blank = dict.fromkeys(("is_frozen", "is_internal", "is_on_hold"), False)
    return Supplier.objects.create(
        erp_name="Bench Foods", name="Bench Foods", is_active=True, **blank, **STAMPS
    )


def _product(number: int) -> Product:
    row = Product(item_code=_code(number), erp_name=_code(number), name_en=_name(number), **STAMPS)
    for field in Product._meta.concrete_fields:
        if not field.null and not field.has_default() and not field.primary_key and not field.is_relation:
            kind = field.get_internal_type()
            if kind in {"BooleanField", "DecimalField", "IntegerField"}:
                setattr(row, field.name, 0)
    row.is_active = row.is_bought = row.is_batched = True
    row.stock_unit = "Nos"
    row.read_at = timezone.now()
    return row


def _code(number: int) -> str:
    return f"BENCH-{number:05d}"


def _name(number: int) -> str:
    """Four words and a size, no two alike."""
    picked = (WORDS[number // 20**place % 20] for place in range(3))
    return f"{' '.join(picked)} {WORDS[number * 7 % 20]} {50 + number % 90 * 10}g"


def _file() -> bytes:
    rows = (
        f"{_name(n * 4)},{1 + n % 700 / 100:.2f},{2 + n % 900 / 100:.2f},{1 + n % 24},P{n}"
        for n in range(LINES)
    )
    return (HEADER + "\n".join(rows)).encode()
