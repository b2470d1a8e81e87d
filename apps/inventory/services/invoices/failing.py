"""A matcher that fails: tried again a few times, then given up in sight of everybody (docs/adr/0809)."""

from dataclasses import KW_ONLY, dataclass
from types import TracebackType
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError, LockLostError
from apps.inventory import notices
from apps.inventory.models import InvoiceUpload
from apps.inventory.services.invoices import steps
from apps.inventory.states import UploadState
from apps.notifications.services import Audience, notify_staff

MOST_TRIES: Final = 3  # a minute apart: a database that restarts is over by then, and a fault is not


@dataclass(frozen=True)
class Attempt:
    """A try. What it fails on goes on to whoever began it, and is no more than noted here."""

    upload_id: int
    _: KW_ONLY
    actor: Actor

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Who lost the lock did not fail: another has it by now, and counts for himself."""
        if isinstance(why, Exception) and not isinstance(why, LockLostError):
            failed(self.upload_id, why, actor=self.actor)


@transaction.atomic
def failed(upload_id: int, why: Exception, *, actor: Actor) -> None:
    """A try has failed; the last that there is ends it."""
    upload = steps.locked(upload_id)
    if upload.is_matching and upload.match_tries >= MOST_TRIES:
        give_up(upload, _sentence(why), actor=actor)


def give_up(upload: InvoiceUpload, sentence: str, *, actor: Actor) -> None:
    """Nobody tries again by itself: it says why, and a person has it matched again, or decides what is left
    of its lines by hand. For who has it locked."""
    steps.move(
        upload,
        UploadState.MATCHED,
        actor=actor,
        at=timezone.now(),
        reason=_("could not be matched: %(why)s") % {"why": sentence},
        match_asked_at=None,
        match_failure=sentence,
    )
    audit.record(
        actor=actor,
        action="invoice.matching_failed",
        subject=Subject.of(upload),
        after={"matched": upload.matched_count, "lines": upload.line_count},
        reason=sentence,
    )
    _tell(upload, actor=actor)


def killed() -> str:
    """Nobody was left to say why."""
    return _("the program was ended each time before it was through, as for want of memory")


def _sentence(why: Exception) -> str:
    """A refusal is fit to be read; of anything else its kind is enough here, the log has the rest."""
    if isinstance(why, DomainError):
        return str(why)
    return _("a fault of the program (%(kind)s)") % {"kind": type(why).__name__}


def _tell(upload: InvoiceUpload, *, actor: Actor) -> None:
    is_staffs = upload.maker_kind == "staff"
    said = _("Invoice %(number)s of %(supplier)s could not be matched")
    notify_staff(
        kind=notices.NOT_MATCHED.key,
        title=said % {"number": upload.number, "supplier": upload.supplier},
        text=_(
            "It was tried %(n)d times: %(why)s. Nothing of it is lost: have it matched again on its page, "
            "or decide its lines by hand. Whoever runs Larder finds more in the log of the worker."
        )
        % {"n": MOST_TRIES, "why": upload.match_failure},
        link=upload.get_absolute_url(),
        to=Audience(user_ids=[int(upload.maker_id)])
        if is_staffs
        else Audience(permission_key="batches.approve"),
        actor=actor,
    )
