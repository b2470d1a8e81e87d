"""Suppliers' invoices as a screen asks for them: what is where, line by line, with cost and margin.

Every function asks a fixed number of questions, however many lines there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.catalog.models import Product
from apps.core import outgoing
from apps.core.audit import Subject
from apps.core.errors import FieldError
from apps.inventory.intake.findings import Finding, Level
from apps.inventory.models import (
    CategoryFloor,
    InvoiceUpload,
    LocalBatch,
    LocalPrice,
    Supplier,
    UploadLine,
)
from apps.inventory.options import InvoiceOptions
from apps.inventory.querysets import DEARER, TOTAL
from apps.inventory.reports.receipts import ReceiptFacts, receipt_facts
from apps.inventory.services.invoices import making, telling
from apps.inventory.services.invoices.blocking import blockers
from apps.inventory.services.invoices.margins import (
    LineMargin,
    Summed,
    floors_of,
    margins_of,
    summed,
    under_floor_in,
)
from apps.inventory.services.invoices.proposing import KIND
from apps.inventory.services.suppliers import free_prefix
from apps.inventory.states import OPEN, Certainty, Decision, Found, LocalState, PriceKind, UploadState
from apps.inventory.sums import HUNDRED, line_total

PAGE: Final = 50
TO_COME: Final = (UploadState.MATCHED, UploadState.PENDING)  # ERPNext is told once it is in force
FOUND_AT_MOST: Final = 12


@dataclass(frozen=True, kw_only=True)
class CandidateFacts:
    """A product that a line may be; ``reasons`` are ``matching.model.Reason``, each with its ``because``."""

    product_id: int
    code: str
    name: str
    score: Decimal
    pack_factor: Decimal
    reasons: Sequence[dict[str, str]]
    is_fit: bool  # still active and bought in


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """A line as its row on the page shows it."""

    line: UploadLine
    candidates: Sequence[CandidateFacts]
    margin: LineMargin
    total: Decimal  # without VAT

    @property
    def certainty(self) -> Certainty:
        return Certainty(self.line.certainty)

    @property
    def decision(self) -> Decision:
        return Decision(self.line.decision)

    @property
    def found_by(self) -> Found:
        return Found(self.line.found_by)

    @property
    def suggestion(self) -> CandidateFacts | None:
        """What *take the suggestion* would take."""
        is_open = self.line.decision == Decision.UNDECIDED and self.certainty != Certainty.UNMATCHED
        return self.candidates[0] if is_open and self.candidates else None


@dataclass(frozen=True, kw_only=True)
class LinesPage:
    """One page of lines: unmatched first, then suggestions, then what is certain."""

    rows: Sequence[LineFacts]
    page: int  # from 1
    pages: int
    number: int  # of lines that the narrowing leaves


@dataclass(frozen=True, kw_only=True)
class UploadFacts:
    """An upload as a whole, for the head of its page and for each of its steps."""

    upload: InvoiceUpload
    sums: Summed
    by_certainty: dict[Certainty, int]
    progress: Decimal  # per cent of the lines that are matched
    findings: Sequence[Finding]  # of the file, to be worded in the reader's language
    same_files: Sequence[InvoiceUpload]  # that came before with the very same bytes
    lists: dict[PriceKind, str]  # in which prices will stand; "" where ERPNext has none that fits
    waiting: Item | None  # the To Do item that decides of it
    blockers: Sequence[FieldError]  # of its undoing; only of what is confirmed
    receipt: ReceiptFacts | None  # as ERPNext would be told, while that is to come
    batches: dict[LocalState, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.upload.state in OPEN

    @property
    def is_confirmable(self) -> bool:
        """Whether nothing is left to be decided."""
        return self.upload.state == UploadState.MATCHED and not self.sums.undecided


def upload_facts(upload: InvoiceUpload) -> UploadFacts:
    """All about one upload; it reads every line once."""
    lines = list(upload.lines.select_related("product").order_by("position"))
    counted = dict.fromkeys(Certainty, 0)
    for line in lines:
        counted[Certainty(line.certainty)] += 1
    is_confirmed = upload.state == UploadState.CONFIRMED
    return UploadFacts(
        upload=upload,
        sums=summed(lines),
        by_certainty=counted,
        progress=progress_of(upload),
        findings=findings_of(upload),
        same_files=same_files(upload),
        lists=price_lists(),
        waiting=waiting_item(upload),
        blockers=blockers(upload) if is_confirmed else (),
        receipt=receipt_facts(lines) if upload.state in TO_COME else None,
        batches=_batches(upload),
    )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """An invoice's lines in figures, as the foot of its page shows them after each decision."""

    lines: int
    undecided: int
    suggested: int  # undecided, with a product to take
    certain: int
    products: int
    new_items: int
    ignored: int
    rises: int  # that cost more than last time
    under_floor: int  # that leave less than their margin floor
    total: Decimal  # of all lines but the ignored, without VAT


def counted(upload: InvoiceUpload) -> Counted:
    """Two questions, however many lines there are; ``upload_facts`` knows more and reads them all."""
    undecided, is_product = Q(decision=Decision.UNDECIDED), Q(decision=Decision.PRODUCT)
    found = upload.lines.aggregate(
        lines=Count("pk"),
        undecided=Count("pk", filter=undecided),
        suggested=Count("pk", filter=undecided & ~Q(certainty=Certainty.UNMATCHED) & ~Q(candidates=[])),
        certain=Count("pk", filter=is_product & Q(is_by_hand=False)),
        products=Count("pk", filter=is_product),
        new_items=Count("pk", filter=Q(decision=Decision.NEW_ITEM)),
        ignored=Count("pk", filter=Q(decision=Decision.IGNORE)),
        rises=Count("pk", filter=DEARER),
        total=TOTAL,
    )
    told = {"total": found["total"] or Decimal(0), "under_floor": len(under_floor_in(upload.pk))}
    return Counted(**found | told)


def progress_of(upload: InvoiceUpload) -> Decimal:
    """How far the matcher is, per cent: what a page asks for every moment (one row, by its key)."""
    if not upload.line_count:
        return Decimal(0)
    return Decimal(100 * upload.matched_count // upload.line_count)


def lines_page(
    upload: InvoiceUpload,
    *,
    page: int = 1,
    size: int = PAGE,
    certainty: Certainty | None = None,
    decision: Decision | None = None,
    is_dearer: bool = False,
    is_under_floor: bool = False,
    words: str = "",
) -> LinesPage:
    """Lines of an upload, those that need a person first, narrowed to a certainty, a decision, what costs
    more than last time or leaves too little, or words."""
    rows = upload.lines.select_related("product").by_certainty()
    if certainty is not None:
        rows = rows.filter(certainty=certainty)
    if decision is not None:
        rows = rows.filter(decision=decision)
    if is_dearer:
        rows = rows.dearer()
    if is_under_floor:
        rows = rows.filter(pk__in=under_floor_in(upload.pk))
    if words.strip():
        rows = rows.filter(Q(name__icontains=words.strip()) | Q(part_number__icontains=words.strip()))
    number = rows.count()
    pages = max(1, -(-number // size))
    page = min(max(1, page), pages)
    shown = list(rows[(page - 1) * size : page * size])
    return LinesPage(rows=lines_facts(shown), page=page, pages=pages, number=number)


def page_of(lines: Sequence[UploadLine], *, page: int = 1, size: int = PAGE) -> LinesPage:
    """One page of lines that were read already, in their order."""
    pages = max(1, -(-len(lines) // size))
    page = min(max(1, page), pages)
    shown = lines[(page - 1) * size : page * size]
    return LinesPage(rows=lines_facts(shown), page=page, pages=pages, number=len(lines))


def lines_facts(lines: Sequence[UploadLine]) -> list[LineFacts]:
    """These lines, in their order; they need their products."""
    margins = margins_of(lines)
    ids = {one["product"] for line in lines for one in line.candidates}
    active = Product.objects.active().filter(pk__in=ids, is_bought=True, has_variants=False)
    fit = set(active.values_list("pk", flat=True))
    return [
        LineFacts(
            line=line,
            candidates=[_candidate(one, fit) for one in line.candidates],
            margin=margins[line.pk],
            total=line_total(line.quantity, line.buy_price),
        )
        for line in lines
    ]


def _candidate(one: dict[str, Any], fit: set[int]) -> CandidateFacts:
    return CandidateFacts(
        product_id=one["product"],
        code=one["code"],
        name=one["name"],
        score=Decimal(one["score"]),
        pack_factor=Decimal(one["pack"]),
        reasons=one["reasons"],
        is_fit=one["product"] in fit,
    )


def products_found(words: str) -> list[Product]:
    """What *pick another* offers for what was typed: what can be bought in, by name, code or barcode."""
    fit = Product.objects.active().filter(is_bought=True, has_variants=False)
    fit = fit.select_related("picture__asset")
    return list(fit.matching(words).order_by("name_en", "id")[:FOUND_AT_MOST]) if words.strip() else []


def findings_of(upload: InvoiceUpload) -> list[Finding]:
    """What was found in the file when it was read; ``reason`` and ``place`` word it."""
    return [
        Finding(
            level=Level(one["level"]),
            code=one["code"],
            row=one["row"],
            column=one["column"],
            header=one["header"],
            facts=one["facts"],
        )
        for one in upload.notices
    ]


def same_files(upload: InvoiceUpload) -> list[InvoiceUpload]:
    """Uploads that came before with the very same bytes, of whatever supplier: always to be warned of."""
    same = InvoiceUpload.objects.filter(file_sha256=upload.file_sha256, pk__lt=upload.pk)
    return list(same.exclude(state=UploadState.DISCARDED).select_related("supplier").order_by("-pk")[:5])


def price_lists() -> dict[PriceKind, str]:
    """In which of ERPNext's lists an invoice's prices will stand; "" where none fits, and none will."""
    found = {kind: making.price_list(kind) for kind in PriceKind}
    return {kind: prices.erp_name if prices else "" for kind, prices in found.items()}


def coming_stem(supplier: Supplier) -> str:
    """With what the batch numbers of his next invoice begin, unless another is confirmed before it."""
    prefix = supplier.batch_prefix or free_prefix(supplier)
    return f"{prefix}-{supplier.last_upload_number + 1:03d}"


def messages_wanted() -> dict[str, bool]:
    """Of what ERPNext is told on confirming, and whether the shop wants it told."""
    return {kind: outgoing.is_wanted(kind) for kind in (telling.BATCH, telling.RECEIPT, making.ITEM_PRICE)}


def waiting_item(upload: InvoiceUpload) -> Item | None:
    """The open To Do item of a handed-in upload: ``approvals.services.accept`` and ``reject`` decide it."""
    subject = Subject.of(upload)
    about = Item.objects.open().about(kind=subject.kind, subject_id=subject.id)
    return about.filter(kind=KIND).first()


def _batches(upload: InvoiceUpload) -> dict[LocalState, int]:
    counted = upload.batches.values_list("state").annotate(number=Count("pk")).order_by("state")
    return {LocalState(state): number for state, number in counted}


@dataclass(frozen=True, kw_only=True)
class LocalPrices:
    """What invoices say of a product that ERPNext does not have yet; badge *local, not in ERPNext*."""

    prices: Sequence[LocalPrice]
    batches: Sequence[LocalBatch]


def local_of_product(product_id: int, *, on: date | None = None) -> LocalPrices:
    """For a product's page: batches of which nothing has come, prices that ERPNext lacks, latest first."""
    shown = Q(state__in=[LocalState.PENDING, LocalState.ACTIVE])
    prices = LocalPrice.objects.filter(shown, product=product_id).select_related("supplier", "upload")
    coming = LocalBatch.objects.coming().filter(product=product_id)
    batches = coming.select_related("supplier", "upload", "batch", "receipt")
    if on is not None:
        prices = prices.filter(valid_from__lte=on)
    return LocalPrices(
        prices=list(prices.order_by("-valid_from", "-pk")[:FOUND_AT_MOST]),
        batches=list(batches.order_by("-received_on", "-pk")[:FOUND_AT_MOST]),
    )


@dataclass(frozen=True, kw_only=True)
class Floor:
    """The least margin of a category's products, and who said so."""

    percent: Decimal
    is_own: bool
    is_the_shops: bool

    @property
    def share(self) -> Decimal:
        return self.percent / HUNDRED

    @property
    def words(self) -> str:
        """Whose it is."""
        if self.is_own:
            return _("Set for this category; those below it follow it, unless they have one of their own.")
        if self.is_the_shops:
            return _("The shop's: none is set for this category or above it.")
        return _("That of the nearest category above it that has one.")


def floor_of(category_id: int) -> Floor:
    """What a category is held to."""
    own = CategoryFloor.objects.filter(category=category_id).first()
    nearest = own.percent if own else floors_of([category_id]).get(category_id)
    percent = InvoiceOptions().margin_floor if nearest is None else nearest
    return Floor(percent=percent, is_own=own is not None, is_the_shops=nearest is None)
