"""Staff sign in through an app, and their tokens are known again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.errors import SecondFactorMissingError
from apps.accounts.models import StaffSignIn, User
from apps.accounts.options import AppOptions
from apps.accounts.services.guarding import ensure_may_manage, is_oneself, roles_of
from apps.accounts.services.second_factor import lacks_second_factor
from apps.accounts.services.signing_in import prove
from apps.core.actors import Actor
from apps.core.app_sign_ins import AppSignIns, Tokens
from apps.core.calling import CallingApp
from apps.core.errors import NotFoundError
from apps.core.states import SignInEnd
from apps.core.tokens import Access, TokenRefusedError

KIND: Final = "staff"


def _may_go_on(sign_in: StaffSignIn) -> bool:
    """Not without a second factor that is asked for by now: renewed, it would last for ever."""
    return sign_in.still_holds and not lacks_second_factor(sign_in.user)


SIGN_INS: Final = AppSignIns(KIND, StaffSignIn, life=lambda: AppOptions().signed_in_for, may_go_on=_may_go_on)


def sign_in(
    *, email: str, password: str, code: str, device: str, app: CallingApp, request: HttpRequest, at: datetime
) -> Tokens:
    """Tokens for who proves that he is himself. Raises what ``prove`` raises, and SecondFactorMissingError.

    The one sign-in without a second factor that a role grants is not for apps: renewed, it would last.
    """
    proven = prove(email=email, password=password, code=code, request=request, at=at, with_grace=False)
    user = proven.user
    if proven.must_set_up:
        raise SecondFactorMissingError(
            _("Your role needs a second factor: set it up in the back office, then sign in here.")
        )
    _sign_in, tokens = SIGN_INS.start(
        app=app,
        at=at,
        actor=Actor.of(user),
        user=user,
        app_key_id=app.id,
        version=user.permissions_version,
        device=device.strip()[:80],
    )
    User.objects.filter(pk=user.pk).update(last_login=at)
    return tokens


def person_of(access: Access, *, app: CallingApp, at: datetime) -> User:
    """Whose access token it is, if it still counts: one question for person, rights and sign-in together.

    Raises TokenRefusedError.
    """
    if access.app != app.id:
        raise TokenRefusedError(_("This token was issued to another app."), code="token-of-another-app")
    user: User | None = (
        User.objects.get_queryset()
        .able_to_sign_in()
        .filter(pk=access.subject, permissions_version=access.version)
        .filter(app_sign_ins=access.family, app_sign_ins__ended_at__isnull=True)
        .first()
    )
    if user is None:
        raise TokenRefusedError(_("This sign-in is over: sign in again."), code="token-revoked")
    return user


def going_of(user: User, *, at: datetime) -> QuerySet[StaffSignIn]:
    """Through which apps a person is signed in."""
    rows: QuerySet[StaffSignIn] = StaffSignIn.objects.going(at)
    return rows.filter(user=user, version=user.permissions_version)


def apps_signed_in(user: User, *, at: datetime) -> Sequence[StaffSignIn]:
    """The same to show, latest first: one query."""
    return list(going_of(user, at=at).select_related("app_key").order_by("-renewed_at", "pk"))


def end_app_sign_in(sign_in_id: UUID, *, actor: Actor, at: datetime) -> StaffSignIn:
    """Sign a person out of an app: oneself, or by who manages staff. Raises NotFoundError."""
    found: StaffSignIn | None = StaffSignIn.objects.select_related("user").filter(pk=sign_in_id).first()
    if found is None:
        raise NotFoundError(_("There is no such sign-in."))
    if not is_oneself(actor, found.user):
        ensure_may_manage(actor, key="users.edit", roles=roles_of(found.user))
    SIGN_INS.end(StaffSignIn.objects.filter(pk=found.pk), SignInEnd.REVOKED, at=at, actor=actor)
    return found
