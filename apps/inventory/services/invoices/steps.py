"""How an upload goes from one step to the next: locked, checked, written into its journal, in one place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.core.actors import Actor
from apps.core.errors import IllegalMoveError, NotFoundError
from apps.core.locks import lock_rows
from apps.inventory.errors import UploadClosedError
from apps.inventory.models import InvoiceUpload, UploadMove
from apps.inventory.states import COUNTING, UPLOAD_MOVES, UploadState


def locked(upload_id: int) -> InvoiceUpload:
    """An upload, nobody else's until the transaction ends."""
    uploads = InvoiceUpload.objects.select_related("supplier").select_for_update(of=("self",))
    upload = uploads.filter(pk=upload_id).first()
    if upload is None:
        raise NotFoundError(_("There is no such supplier invoice."))
    return upload


def locked_with_item(upload_id: int) -> InvoiceUpload:
    """An upload with what To Do asks about it: the item first, as whoever decides of it locks the two, so
    that they cannot wait for each other."""
    lock_rows(Item.objects.open().about(kind=InvoiceUpload._meta.label_lower, subject_id=str(upload_id)))
    return locked(upload_id)


def check_state(upload: InvoiceUpload, allowed: Collection[UploadState]) -> None:
    """Raises UploadClosedError for what is past the steps in which a thing can be done."""
    if UploadState(upload.state) not in allowed:
        said = _("Invoice %(number)s of %(supplier)s is %(state)s: this cannot be done to it now.")
        raise UploadClosedError(
            said
            % {
                "number": upload.number,
                "supplier": upload.supplier,
                "state": upload.get_state_display().lower(),
            }
        )


def move(
    upload: InvoiceUpload, to: UploadState, *, actor: Actor, at: datetime, reason: str = "", **fields: Any
) -> None:
    """The only place where an upload's state is written, with ``fields`` that belong to the new one."""
    was = UploadState(upload.state)
    if to not in UPLOAD_MOVES[was]:
        raise IllegalMoveError(f"{upload}: {was.label} → {to.label} is not a step we take.")
    note(upload, was=was, to=to, actor=actor, at=at, reason=reason)
    upload.state, upload.moved_at, upload.reason = to, at, reason
    for name, value in fields.items():
        setattr(upload, name, value)
    if to not in COUNTING:
        upload.claim = None
    upload.save()


def note(
    upload: InvoiceUpload, *, was: UploadState | str, to: UploadState, actor: Actor, at: datetime, reason: str
) -> None:
    """Write a step into the journal."""
    upload.journal.create(
        at=at,
        was=was,
        now=to,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        reason=reason,
    )


def handed_in(upload: InvoiceUpload, actor: Actor) -> bool:
    """Whether it waits for approval because of the very one who asks."""
    last = _handed_in_by(upload)
    return last is not None and (last.actor_kind, last.actor_id) == (actor.kind, actor.id)


def _handed_in_by(upload: InvoiceUpload) -> UploadMove | None:
    moves = [move for move in upload.journal.all() if move.now == UploadState.PENDING]
    return max(moves, key=lambda move: move.pk, default=None)


def is_maker(upload: InvoiceUpload, actor: Actor) -> bool:
    """Whether it was uploaded by the very one who asks."""
    return (upload.maker_kind, upload.maker_id) == (actor.kind, actor.id)


def is_own(upload: InvoiceUpload, actor: Actor) -> bool:
    """Whether it is the work of the very one who asks: he uploaded it, or handed it in for another."""
    return is_maker(upload, actor) or handed_in(upload, actor)


def whose(upload: InvoiceUpload) -> str:
    """Whose work it is, by name: who uploaded it and, where that is another, who handed it in."""
    last = _handed_in_by(upload)
    if last is None or last.actor_label == upload.maker_label:
        return upload.maker_label
    return _("%(maker)s or %(other)s") % {"maker": upload.maker_label, "other": last.actor_label}
