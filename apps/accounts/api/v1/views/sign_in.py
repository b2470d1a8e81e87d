"""Staff sign in through an app, renew their tokens and sign out; of headers only the app's key counts."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.v1.serializers import RefreshIn, SignInIn, TokensOut
from apps.accounts.services import app_sign_ins
from apps.core.api.authentication import AppKey
from apps.core.api.permissions import SignInDoor, calling_app
from apps.core.api.problems import MEDIA_TYPE
from apps.core.api.schema import ProblemOut
from apps.core.api.throttling import SignInThrottle
from apps.core.api.views import View

NOT_RENEWED = OpenApiResponse(
    ProblemOut,
    "`token-invalid`, `token-revoked` or `token-of-another-app`: sign in again. A refresh token that comes "
    "back after it was used ends the sign-in; within ten seconds it is answered once more, with the same "
    "tokens. Or the key's own: `app-key-…`.",
)
NOT_LET_IN = OpenApiResponse(
    ProblemOut,
    "`sign-in-refused`; `second-factor-needed`: send `code` as well; `wrong-code`. Or the key's own:"
    " `app-key-…`.",
)
NO_FACTOR = OpenApiResponse(
    ProblemOut,
    "`second-factor-missing`: a role asks for one; it is set up in the back office. `scope-missing`, "
    "`origin-not-allowed`.",
)


class Door(View):
    """A route by which staff sign in or out."""

    authentication_classes = (AppKey,)
    permission_classes = (SignInDoor,)
    refusals: ClassVar = frozenset({401, 403})


class SignIn(Door):
    """Sign in."""

    summaries: ClassVar = {"POST": "Sign in"}
    throttle_classes = (SignInThrottle,)

    @extend_schema(
        request=SignInIn,
        responses={200: TokensOut, (401, MEDIA_TYPE): NOT_LET_IN, (403, MEDIA_TYPE): NO_FACTOR},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tokens for a member of staff, good with this app's key only. Too many wrong tries lock (429)."""
        asked = SignInIn(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens = app_sign_ins.sign_in(
            **asked.validated_data,
            app=calling_app(request),
            request=request._request,  # noqa: SLF001 - Django's own, for its backends
            at=timezone.now(),
        )
        return _told(tokens)


class Refresh(Door):
    """Renew."""

    summaries: ClassVar = {"POST": "Renew the tokens"}

    @extend_schema(request=RefreshIn, responses={200: TokensOut, (401, MEDIA_TYPE): NOT_RENEWED})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """New tokens for the latest refresh token, which is used up by it."""
        asked = RefreshIn(data=request.data)
        asked.is_valid(raise_exception=True)
        token = asked.validated_data["refresh_token"]
        return _told(app_sign_ins.SIGN_INS.renew(token, app=calling_app(request), at=timezone.now()))


class SignOut(Door):
    """Sign out."""

    summaries: ClassVar = {"POST": "Sign out"}
    is_idempotent: ClassVar = True

    @extend_schema(request=RefreshIn, responses={204: None, (401, MEDIA_TYPE): NOT_RENEWED})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End the sign-in, its access tokens with it. Twice is as good as once."""
        asked = RefreshIn(data=request.data)
        asked.is_valid(raise_exception=True)
        token = asked.validated_data["refresh_token"]
        app_sign_ins.SIGN_INS.sign_out(token, app=calling_app(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(tokens: Any) -> Response:
    """Tokens are for the app alone: nothing on the way keeps them."""
    return Response(TokensOut(tokens).data, headers={"Cache-Control": "no-store"})
