"""A new password by e-mail: asked for, sent, set. Nothing tells whether an account exists."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from apps.accounts import mail
from apps.accounts.errors import LinkGoneError, LockedOutError
from apps.accounts.events import ResetAsked
from apps.accounts.models import Reset, User
from apps.accounts.services import lockout
from apps.accounts.services.guarding import locked_person
from apps.accounts.services.passwords import write_password
from apps.accounts.services.signing_in import UNKNOWN
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject, record
from apps.core.events import publish
from apps.core.locks import in_turn

SPAN: Final = timedelta(hours=1)
PER_ACCOUNT: Final = 3  # in that span; more are answered alike, and nothing is sent
PER_ADDRESS: Final = 10
KEPT: Final = timedelta(days=1)


def ask_for_reset(*, email: str, site: str, address: str | None, at: datetime) -> None:
    """Have a link sent to whose address it is, if anybody's. The work and the answer are the same for all.

    Raises LockedOutError for an address that asks too often, whatever it asks for.
    """
    email = email.strip().replace("\x00", "\ufffd")
    known = lockout.known_person(email)
    account = lockout.account_of(email, known.pk if known else None)
    network = lockout.network_of(address)
    with transaction.atomic():
        in_turn("accounts.reset")  # many at once are counted like many one after the other
        _ensure_not_too_often(network, at=at)
        earlier = Reset.objects.since(at - SPAN).filter(account=account).count()
        user = known if known and known.is_active and earlier < PER_ACCOUNT else None
        reset = Reset.objects.create(account=account, address=network, user=user, site=site, asked_at=at)
        record(actor=SYSTEM, action="user.reset_asked", subject=Subject.of(known) if known else UNKNOWN)
        publish(ResetAsked(reset_id=reset.pk))


def _ensure_not_too_often(network: str, *, at: datetime) -> None:
    asked = Reset.objects.since(at - SPAN).filter(address=network).order_by("-asked_at")
    times = list(asked.values_list("asked_at", flat=True)[:PER_ADDRESS])
    if len(times) == PER_ADDRESS:
        wait = times[-1] + SPAN - at
        raise LockedOutError(lockout.sentence_for(wait, asked=True), wait=wait.total_seconds())


def send_reset(reset_id: int, *, at: datetime) -> bool:
    """Send the link, made this moment. Says whether it was: once, and not later than an hour after."""
    waiting = Reset.objects.to_send(at - SPAN).filter(pk=reset_id)
    reset = waiting.select_related("user").first()
    if reset is None or not waiting.update(sent_at=at):  # of two workers one sends
        return False
    try:
        mail.send(reset.user, "reset", link=_link(reset), hours=settings.PASSWORD_RESET_TIMEOUT // 3600)
    except (SMTPException, OSError):
        Reset.objects.filter(pk=reset_id).update(sent_at=None)
        raise
    return True


def _link(reset: Reset) -> str:
    user: User = reset.user  # type: ignore[assignment]  # to_send has asked
    where = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    return f"{reset.site}{reverse('password_reset_confirm', kwargs=where)}"


def reset_password(user_id: int, *, token: str, new: str) -> User:
    """A new password by a link, once. Ends sessions and tokens. Raises LinkGoneError, UnfitPasswordError."""
    with transaction.atomic():
        user = locked_person(user_id)
        if not (user.is_active and default_token_generator.check_token(user, token)):
            raise LinkGoneError(_("This link was used already, or is too old. Ask for another one."))
        return write_password(user, new, actor=Actor.of(user), action="user.password_reset")


def prune_resets(*, at: datetime, actor: Actor) -> int:
    """Remove requests of long ago. Says how many."""
    return Reset.objects.filter(asked_at__lt=at - KEPT).delete()[0]
