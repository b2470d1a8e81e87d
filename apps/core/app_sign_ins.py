"""Signing in through an app, for whatever kind of person (docs/adr/0312).

A kind of person that signs in this way declares it once::

    SIGN_INS = AppSignIns("staff", StaffSignIn, life=lambda: AccountOptions().apps_signed_in_for)

and starts, renews and ends sign-ins by it. Of each only the latest refresh token counts. One that was used
before ends the sign-in at once: of two that hold it, one is a thief. Only within GRACE after it was renewed
it is answered once more, with the very tokens that it was renewed to: an app that asks twice at the same
time, or never got the answer, is no thief.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.core import request_context, tokens
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.calling import CallingApp
from apps.core.models import AppSignIn
from apps.core.states import SignInEnd
from apps.core.tokens import LIFE, Access, Refresh, TokenRefusedError

GRACE: Final = timedelta(seconds=10)
KEPT: Final = timedelta(days=30)  # a sign-in that has ended, for whoever asks why
PRUNED_AT_ONCE: Final = 5000
SignIn = TypeVar("SignIn", bound=AppSignIn)


@dataclass(frozen=True)
class Tokens:
    """What an app is given: one token to show, one to renew it by."""

    access: str
    access_until: datetime
    refresh: str
    refresh_until: datetime
    token_type: str = "Bearer"  # noqa: S105 - a word of the protocol


@dataclass(frozen=True)
class AppSignIns(Generic[SignIn]):
    """The sign-ins of one kind of person."""

    kind: str
    model: type[SignIn]
    life: Callable[[], timedelta]  # how long one lasts that is not renewed
    may_go_on: Callable[[SignIn], bool] = attrgetter("still_holds")  # asked at each renewal

    def start(self, *, app: CallingApp, at: datetime, actor: Actor, **fields: Any) -> tuple[SignIn, Tokens]:
        """A new sign-in of somebody who has proved himself; ``fields`` say who, and with which device."""
        sign_in = self.model(
            started_at=at,
            renewed_at=at,
            expires_at=at + self.life(),
            address=request_context.address(),
            **fields,
        )
        with transaction.atomic():
            sign_in.save(force_insert=True)
            self._record(
                sign_in, "signed_in_by_app", actor=actor, after={"app": app.name, "device": sign_in.device}
            )
        return sign_in, self._tokens(sign_in, at=at)

    def renew(self, token: str, *, app: CallingApp, at: datetime) -> Tokens:
        """New tokens for the latest refresh token. Raises TokenRefusedError."""
        asked = tokens.read_refresh(self.kind, token)
        sign_in, refusal = self._renewed(asked, app=app, at=at)
        if refusal is not None or sign_in is None:  # raised out here: what ended stays ended
            raise refusal or _over()
        return self._tokens(sign_in, at=at)

    @transaction.atomic
    def _renewed(
        self, asked: Refresh, *, app: CallingApp, at: datetime
    ) -> tuple[SignIn | None, TokenRefusedError | None]:
        """The sign-in, one generation on; or why not. Two at once queue at the row."""
        sign_in = self._locked(asked)
        if sign_in is None or sign_in.ended_at is not None or sign_in.expires_at <= at:
            return None, _over()
        if sign_in.app_id != app.id:
            return None, _other_app()
        if not self.may_go_on(sign_in):
            self._end(sign_in, SignInEnd.CHANGED, at=at, actor=Actor.of(sign_in.owner))
            return None, _over()
        if asked.generation == sign_in.generation:
            self._turn(sign_in, at=at)
        elif not _is_twin(asked, sign_in, at=at):
            self._end(sign_in, SignInEnd.REUSED, at=at, actor=Actor.of(sign_in.owner))
            return None, _over()
        return sign_in, None

    def _locked(self, asked: Refresh) -> SignIn | None:
        found: SignIn | None = (
            self.model.objects.select_for_update(of=("self",)).filter(pk=asked.family).first()
        )
        return found

    def _turn(self, sign_in: SignIn, *, at: datetime) -> None:
        sign_in.generation += 1
        sign_in.renewed_at = at
        sign_in.expires_at = at + self.life()
        sign_in.save(update_fields=["generation", "renewed_at", "expires_at"])

    @transaction.atomic
    def sign_out(self, token: str, *, app: CallingApp, at: datetime) -> None:
        """The app's own end, by its refresh token; one that has ended already is as good."""
        asked = tokens.read_refresh(self.kind, token)
        sign_in = self._locked(asked)
        if sign_in is None or sign_in.ended_at is not None:
            return
        if sign_in.app_id != app.id:
            raise _other_app()
        self._end(sign_in, SignInEnd.SIGNED_OUT, at=at, actor=Actor.of(sign_in.owner))

    @transaction.atomic
    def end(
        self,
        sign_ins: "models.QuerySet[SignIn]",
        because: SignInEnd,
        *,
        at: datetime,
        actor: Actor,
        reason: str = "",
    ) -> int:
        """End these, at once: their access tokens with them. Says how many were still going."""
        going = list(
            sign_ins.filter(ended_at__isnull=True)
            .select_for_update(of=("self",))
            .order_by("started_at", "pk")
        )
        for sign_in in going:
            self._end(sign_in, because, at=at, actor=actor, reason=reason)
        return len(going)

    def _end(
        self, sign_in: SignIn, because: SignInEnd, *, at: datetime, actor: Actor, reason: str = ""
    ) -> None:
        sign_in.ended_at, sign_in.ended_because = at, because
        sign_in.save(update_fields=["ended_at", "ended_because"])
        after = {"because": because.value, "device": sign_in.device}
        self._record(sign_in, "app_sign_in_ended", actor=actor, after=after, reason=reason)

    def prune(self, *, at: datetime) -> int:
        """Remove those that ended, or ran out, long ago. Says how many."""
        removed = 0
        dead = self.model.objects.dead_for(KEPT, at=at).values_list("pk", flat=True)
        while batch := list(dead[:PRUNED_AT_ONCE]):
            removed += self.model.objects.filter(pk__in=batch).delete()[0]
        return removed

    def _tokens(self, sign_in: SignIn, *, at: datetime) -> Tokens:
        access = Access(
            self.kind, str(sign_in.owner.pk), sign_in.pk, sign_in.app_id, sign_in.version, sign_in.says()
        )
        refresh = Refresh(sign_in.pk, sign_in.generation)
        return Tokens(
            access=tokens.sign(access, at=at),
            access_until=at + LIFE,
            refresh=tokens.refresh_token(self.kind, refresh),
            refresh_until=sign_in.expires_at,
        )

    def _record(
        self, sign_in: SignIn, action: str, *, actor: Actor, after: dict[str, Any], reason: str = ""
    ) -> None:
        """With the person, whose timeline it belongs to."""
        subject = Subject.of(sign_in.owner)
        record(
            actor=actor,
            action=f"{subject.kind.rpartition('.')[2]}.{action}",
            subject=subject,
            after=after,
            reason=reason,
        )


def _is_twin(asked: Refresh, sign_in: AppSignIn, *, at: datetime) -> bool:
    """Whether it is the token that was renewed a moment ago, asked for again."""
    return asked.generation == sign_in.generation - 1 and at - sign_in.renewed_at <= GRACE


def _over() -> TokenRefusedError:
    return TokenRefusedError(_("This sign-in is over: sign in again."), code="token-revoked")


def _other_app() -> TokenRefusedError:
    return TokenRefusedError(_("This token was issued to another app."), code="token-of-another-app")
