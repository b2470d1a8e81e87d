"""Sign-ins that last: begun, seen, ended (with those through apps), cleared away once they have run out."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import ua_parser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Session, User
from apps.accounts.services.app_sign_ins import SIGN_INS, going_of
from apps.accounts.services.guarding import ensure_may_manage, is_oneself, locked_person, roles_of
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import NotFoundError
from apps.core.states import SignInEnd

SEEN_EVERY: Final = timedelta(minutes=1)
LONGEST_AGENT: Final = 500  # characters; what a browser says of itself is shorter


@dataclass(frozen=True)
class SignedOut:
    """How many of each were ended."""

    sessions: int
    apps: int

    def __bool__(self) -> bool:
        return bool(self.sessions or self.apps)


def begin_session(key: str, *, user: User, address: str | None, agent: str, at: datetime) -> None:
    """Say of a session whose it is, from where and on what."""
    told = ua_parser.parse(agent[:LONGEST_AGENT])
    Session.objects.filter(pk=key).update(
        user=user,
        address=address,
        browser=(told.user_agent.family if told.user_agent else "")[:60],
        system=(told.os.family if told.os else "")[:60],
        created_at=at,
        last_seen_at=at,
    )


def see_session(session: Session, *, at: datetime) -> None:
    """That it was used just now, to the minute."""
    if at - session.last_seen_at >= SEEN_EVERY:
        Session.objects.filter(pk=session.pk, last_seen_at=session.last_seen_at).update(last_seen_at=at)


def end_sessions(user: User, *, because: str, keep: str = "") -> int:
    """End every session of a person, so that none comes back to life with him. Says how many."""
    live = Session.objects.live(timezone.now()).filter(user=user).exclude(pk=keep)
    return live.ended(because, at=timezone.now())


@transaction.atomic
def end_session(public_id: object, *, actor: Actor, at: datetime) -> Session:
    """End one: one's own, or by who manages staff."""
    live = Session.objects.live(at).filter(public_id=_as_id(public_id), user__isnull=False)
    session: Session | None = live.first()
    if session is None:
        raise NotFoundError(_("This session has ended already."))
    user = locked_person(int(session.user_id or 0))
    _ensure_may_end(actor, user)
    Session.objects.filter(pk=session.pk).ended(_because(actor, user), at=at)
    record(
        actor=actor,
        action="user.session_ended",
        subject=Subject.of(user),
        before={"session": str(session.device), "from": session.address},
    )
    return session


@transaction.atomic
def end_all_sessions(
    user_id: int, *, actor: Actor, at: datetime, keep: str = "", reason: str = ""
) -> SignedOut:
    """Sign a person out of every browser, but for the session to ``keep``, and of every app.

    Says how many there were of each; nothing is told of none.
    """
    user = locked_person(user_id)
    _ensure_may_end(actor, user)
    ended = SignedOut(
        sessions=end_sessions(user, because=_because(actor, user), keep=keep),
        apps=SIGN_INS.end(going_of(user, at=at), SignInEnd.REVOKED, at=at, actor=actor, reason=reason),
    )
    if ended:
        before = {"sessions": ended.sessions, "apps": ended.apps}
        record(
            actor=actor,
            action="user.sessions_ended",
            subject=Subject.of(user),
            before=before,
            reason=reason,
        )
    return ended


def is_signed_in(user: User, *, at: datetime) -> bool:
    """Anywhere: in a browser or through an app."""
    return Session.objects.live(at).filter(user=user).exists() or going_of(user, at=at).exists()


def _as_id(text: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError as why:
        raise NotFoundError(_("This session has ended already.")) from why


def _ensure_may_end(actor: Actor, user: User) -> None:
    if not is_oneself(actor, user):
        ensure_may_manage(actor, key="users.edit", roles=roles_of(user))


def _because(actor: Actor, user: User) -> str:
    return Session.Because.ELSEWHERE if is_oneself(actor, user) else Session.Because.MANAGER


def prune_sessions(*, at: datetime, actor: Actor) -> int:
    """Remove sessions that have run out. Says how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]
