"""A supplier's file arrives, its columns are chosen, and its rows become lines.

The file is written before its row: a row never points at a missing file. What a crash leaves is a file
without a row, which ``tidy_files`` clears up.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from hashlib import sha256
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.services import holds
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.clock import FIRST_DAY, LAST_DAY, shop_day
from apps.core.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from apps.core.events import publish
from apps.inventory import files
from apps.inventory.errors import DuplicateInvoiceError, UploadClosedError
from apps.inventory.events import MatchingAsked
from apps.inventory.intake.opening import Table
from apps.inventory.models import InvoiceUpload, Supplier, UploadLine
from apps.inventory.services.invoices import numbers, reading, steps
from apps.inventory.services.suppliers import locked_supplier, remember_columns
from apps.inventory.states import OPEN, UploadState
from apps.inventory.sums import cost_of_one, in_stock_units

DELETE: Final = "batches.delete"
AT_ONCE: Final = 1000  # lines written by one statement
STARTED: Final = ("number", "dated", "file_name", "file_size", "file_sha256", "duplicate_reason")


def start_upload(
    file: IO[bytes],
    *,
    supplier_id: int,
    number: str,
    dated: date,
    file_name: str,
    actor: Actor,
    duplicate_reason: str = "",
    at: datetime | None = None,
) -> InvoiceUpload:
    """Keep a supplier's file as a draft, with its columns as far as they are known; no line is read yet.

    A number that came within twelve months is refused (DuplicateInvoiceError), and let through with a
    ``duplicate_reason``: the door asks for ``batches.approve`` before it passes one on. Both are audited.
    Whether the same file came before, ``reports.same_files`` says. Raises FileRefusedError,
    InvalidInputError (also of a supplier who is gone or switched off), NotFoundError; then nothing is kept.
    """
    now = at or timezone.now()
    typed, key = numbers.checked(number)
    _check_day(dated, today=shop_day(now))
    content = reading.content_of(file)
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    table = reading.look(content, remembered=supplier.column_mapping if supplier else {})
    upload = InvoiceUpload(
        supplier_id=supplier_id,
        number=typed,
        number_key=key,
        duplicate_reason=duplicate_reason.strip(),
        dated=dated,
        created_at=now,
        moved_at=now,
        maker_kind=actor.kind,
        maker_id=actor.id,
        maker_label=actor.label[:200],
        **_of_file(content, file_name, table),
    )
    return _kept(upload, content, actor=actor, at=now)


def _kept(upload: InvoiceUpload, content: bytes, *, actor: Actor, at: datetime) -> InvoiceUpload:
    """With its file, or neither."""
    try:
        with _stored(content) as upload.file_key:
            return _started(upload, actor=actor, at=at)
    except DuplicateInvoiceError as why:
        _trace_refusal(upload, why, actor=actor)
        raise


@contextmanager
def _stored(content: bytes) -> Iterator[str]:
    """A file that stays when the block succeeds."""
    key = files.keep(content)
    with ExitStack() as unless_done:
        unless_done.callback(files.remove, [key])
        yield key
        unless_done.pop_all()


@transaction.atomic
def _started(upload: InvoiceUpload, *, actor: Actor, at: datetime) -> InvoiceUpload:
    upload.supplier = locked_supplier(upload.supplier_id)
    check_supplier(upload.supplier)
    upload.claim = numbers.claimed(
        supplier_id=upload.supplier_id, key=upload.number_key, reason=upload.duplicate_reason, at=at
    )
    if upload.claim is not None:
        upload.duplicate_reason = ""  # it is no duplicate, whatever was said
    upload.save()
    steps.note(upload, was="", to=UploadState.DRAFT, actor=actor, at=at, reason=upload.duplicate_reason)
    audit.record(
        actor=actor,
        action="invoice.let_through_twice" if upload.duplicate_reason else "invoice.uploaded",
        subject=Subject.of(upload),
        after=audit.values_of(upload, *STARTED),
        reason=upload.duplicate_reason,
    )
    return upload


def check_supplier(supplier: Supplier) -> None:
    """Nothing is bought from who is gone from ERPNext or switched off there: it would refuse the receipt.

    Raises InvalidInputError.
    """
    if not supplier.is_gone and supplier.is_active:
        return
    why = _("“%(supplier)s” is not in ERPNext any more: choose another supplier, or restore him there.")
    if not supplier.is_gone:
        why = _("“%(supplier)s” is switched off in ERPNext: choose another supplier, or enable him there.")
    raise InvalidInputError(why % {"supplier": supplier}, code="supplier-unfit")


def _trace_refusal(upload: InvoiceUpload, why: DuplicateInvoiceError, *, actor: Actor) -> None:
    """The refusal is an act of its own: what was rolled back with it would leave no trace."""
    audit.record(
        actor=actor,
        action="invoice.duplicate_refused",
        subject=Subject.of(InvoiceUpload.objects.get(pk=why.upload_id)),
        after=audit.values_of(upload, *STARTED),
        reason=str(why),
    )


def replace_file(upload_id: int, file: IO[bytes], *, file_name: str, actor: Actor) -> InvoiceUpload:
    """Take another file for a draft, as when rows of the first were bad; its lines and decisions go.

    Raises FileRefusedError, UploadClosedError; then the first file stays.
    """
    content = reading.content_of(file)
    with _stored(content) as key:
        return _replaced(upload_id, content, key=key, file_name=file_name, actor=actor)


@transaction.atomic
def _replaced(upload_id: int, content: bytes, *, key: str, file_name: str, actor: Actor) -> InvoiceUpload:
    upload = steps.locked(upload_id)
    steps.check_state(upload, OPEN)
    table = reading.look(content, remembered=upload.supplier.column_mapping)
    before, old = audit.values_of(upload, *STARTED), upload.file_key
    _back_to_draft(upload, actor=actor, reason=_("another file"))
    upload.lines.all().delete()
    for name, value in {**_of_file(content, file_name, table), "file_key": key, "line_count": 0}.items():
        setattr(upload, name, value)
    upload.save()
    audit.record(
        actor=actor,
        action="invoice.file_replaced",
        subject=Subject.of(upload),
        before=before,
        after=audit.values_of(upload, *STARTED),
    )
    transaction.on_commit(lambda: files.remove([old]), robust=True)  # what stays is tidied up
    return upload


def set_columns(
    upload_id: int, *, mapping: Mapping[str, int], actor: Actor, at: datetime | None = None
) -> InvoiceUpload:
    """Choose which column is what, read every row, and have the lines matched; the supplier's next file
    is read so by itself. Done again it begins anew: lines and decisions of other columns go.

    ``mapping`` is field → place of the column from 0 (``intake.fields.Field``). Raises RowsRefusedError with
    every bad row by number, column and reason (nothing is changed), FileRefusedError, UploadClosedError.
    """
    upload = InvoiceUpload.objects.select_related("supplier").filter(pk=upload_id).first()
    if upload is None:
        raise NotFoundError(_("There is no such supplier invoice."))
    now = at or timezone.now()
    read = reading.rows_of(
        files.read(upload.file_key),
        remembered=upload.supplier.column_mapping,
        mapping=mapping,
        today=shop_day(now),
    )
    return _columns_set(upload_id, read, key=upload.file_key, actor=actor, at=now)


@transaction.atomic
def _columns_set(
    upload_id: int, read: reading.Read, *, key: str, actor: Actor, at: datetime
) -> InvoiceUpload:
    upload = steps.locked(upload_id)
    steps.check_state(upload, OPEN)
    if upload.file_key != key:
        raise UploadClosedError(_("Another file was uploaded meanwhile; look at its columns."))
    before = {"mapping": upload.mapping, "line_count": upload.line_count}
    _back_to_draft(upload, actor=actor, reason=_("its columns were chosen"))
    upload.lines.all().delete()
    _write_lines(upload, read.rows)
    upload.mapping, upload.notices, upload.line_count = read.mapping, read.notices, len(read.rows)
    upload.match_asked_at, upload.match_tries, upload.match_failure = at, 0, ""
    upload.save()
    remember_columns(upload.supplier_id, mapping=read.memory, actor=actor)
    audit.record(
        actor=actor,
        action="invoice.columns_set",
        subject=Subject.of(upload),
        before=before,
        after={"mapping": upload.mapping, "line_count": upload.line_count},
    )
    publish(MatchingAsked(upload_id=upload.pk))
    return upload


def _back_to_draft(upload: InvoiceUpload, *, actor: Actor, reason: str) -> None:
    upload.matched_count, upload.match_asked_at = 0, None
    if upload.state != UploadState.DRAFT:
        steps.move(upload, UploadState.DRAFT, actor=actor, at=timezone.now(), reason=reason)


def _write_lines(upload: InvoiceUpload, rows: Sequence[dict[str, Any]]) -> None:
    UploadLine.objects.bulk_create((line_of(upload, row) for row in rows), batch_size=AT_ONCE)


def line_of(upload: InvoiceUpload, row: dict[str, Any]) -> UploadLine:
    """A line as the file says it, not matched yet."""
    pack = row["pack_stated"] or reading.ONE
    return UploadLine(
        upload=upload,
        pack_factor=pack,
        stock_quantity=in_stock_units(row["quantity"], pack),
        unit_cost=cost_of_one(row["buy_price"], pack),
        **row,
    )


def may_discard(upload: InvoiceUpload, actor: Actor) -> bool:
    """Whether it is his to give up: his own work, or he may delete others'."""
    return steps.is_own(upload, actor) or holds(actor, DELETE)


@transaction.atomic
def discard_upload(
    upload_id: int, *, actor: Actor, reason: str = "", at: datetime | None = None
) -> InvoiceUpload:
    """Give up an upload of which nothing has come yet; its number is free again, its file goes.

    One's own, or with ``batches.delete`` anybody's. Raises PermissionDeniedError, UploadClosedError.
    """
    upload = steps.locked(upload_id)
    if upload.state == UploadState.DISCARDED:
        return upload
    steps.check_state(upload, (*OPEN, UploadState.REJECTED))
    if not may_discard(upload, actor):
        said = _("It was uploaded by %(who)s: to discard it needs the right “%(key)s”.")
        raise PermissionDeniedError(said % {"who": steps.whose(upload), "key": DELETE})
    before = {"state": upload.state}
    steps.move(
        upload,
        UploadState.DISCARDED,
        actor=actor,
        at=at or timezone.now(),
        reason=reason,
        sequence=None,
        match_asked_at=None,
    )
    audit.record(
        actor=actor,
        action="invoice.discarded",
        subject=Subject.of(upload),
        before=before,
        after={"state": upload.state},
        reason=reason,
    )
    transaction.on_commit(lambda: files.remove([upload.file_key]), robust=True)
    return upload


def _of_file(content: bytes, name: str, table: Table) -> dict[str, Any]:
    return {
        "file_name": name[-200:],
        "file_size": len(content),
        "file_sha256": sha256(content).hexdigest(),
        **reading.of_table(table),
    }


def _check_day(dated: date, *, today: date) -> None:
    if not FIRST_DAY <= dated <= min(today, LAST_DAY):
        raise InvalidInputError(
            _("The invoice is dated %(day)s; it cannot be later than today.") % {"day": f"{dated:%d %b %Y}"},
            code="invoice-date",
        )
