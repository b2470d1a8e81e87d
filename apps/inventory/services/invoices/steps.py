"""How an upload goes from one step to the next: locked, checked, written into its journal, in one place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.errors import IllegalMoveError, NotFoundError
from apps.inventory.errors import UploadClosedError
from apps.inventory.models import InvoiceUpload
from apps.inventory.states import COUNTING, UPLOAD_MOVES, UploadState


def locked(upload_id: int) -> InvoiceUpload:
    """An upload, nobody else's until the transaction ends."""
    uploads = InvoiceUpload.objects.select_related("supplier").select_for_update(of=("self",))
    upload = uploads.filter(pk=upload_id).first()
    if upload is None:
        raise NotFoundError(_("There is no such supplier invoice."))
    return upload


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
    last = upload.journal.filter(now=UploadState.PENDING).order_by("-id").first()
    return last is not None and (last.actor_kind, last.actor_id) == (actor.kind, actor.id)


def is_maker(upload: InvoiceUpload, actor: Actor) -> bool:
    """Whether it was uploaded by the very one who asks."""
    return (upload.maker_kind, upload.maker_id) == (actor.kind, actor.id)
