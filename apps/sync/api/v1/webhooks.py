"""Where ERPNext tells of what was saved. It signs in with no account: its signature says who it is."""

from typing import Any, ClassVar, Final

import orjson
import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import Public
from apps.core.api.problems import MEDIA_TYPE
from apps.core.api.schema import ProblemOut
from apps.core.api.throttling import CallerThrottle
from apps.core.api.views import View
from apps.core.errors import InvalidInputError
from apps.sync import services
from apps.sync.api.v1.serializers import DeliveryAddressIn, DeliveryIn, DeliveryOut

HEADER: Final = "X-Frappe-Webhook-Signature"
SIGNED: Final = "signed by ERPNext"
SELDOM: Final = 60  # seconds between two lines in the log, however many are refused
log = structlog.get_logger(__name__)


class ErpSignature(BaseAuthentication):
    """Knows ERPNext by its signature over the exact bytes of the body, before anything is read of them."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str] | None:
        if services.is_signed(request.body, request.headers.get(HEADER, "")):
            return AnonymousUser(), SIGNED
        return None

    def authenticate_header(self, request: Request) -> str:
        """Makes a refusal a 401 instead of DRF's 403."""
        return f'{HEADER} realm="Larder"'


class UnsignedThrottle(CallerThrottle):
    """Counts whoever is not ERPNext: a bulk import there tells of hundreds of documents in a minute."""

    def allow_request(self, request: Request, view: Any) -> bool:
        return request.auth == SIGNED or super().allow_request(request, view)


class SignedByErp(Public):
    """Open to whoever can reach us and proves that he is ERPNext; of others the log hears now and then."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth == SIGNED:
            return True
        _log_refusal()
        services.check_secret()
        raise AuthenticationFailed(
            _("The signature in %(header)s is missing, or was not made with our secret.")
            % {"header": HEADER},
            code="webhook-signature",
        )


def _log_refusal() -> None:
    """A wrong secret would otherwise go unnoticed; a flood must not fill the log."""
    try:
        is_news = cache.add("sync:webhook-refused", 1, timeout=SELDOM)
    except RedisError:
        is_news = True
    if is_news:
        log.warning("webhook refused", hint="is ERPNEXT_WEBHOOK_SECRET set to what ERPNext's webhooks are?")


class ErpWebhook(View):
    """ERPNext's webhooks, as ``manage.py sync connect`` sets them up."""

    authentication_classes = (ErpSignature,)
    throttle_classes = (UnsignedThrottle,)
    permission_classes = (SignedByErp,)
    summaries: ClassVar = {"POST": "Hear from ERPNext that a document changed"}
    refusals: ClassVar = frozenset({401, 403})
    open_in_maintenance = True  # what ERPNext tells meanwhile is to be known when it ends
    is_idempotent: ClassVar = True  # a repeat is counted, and that is all

    @extend_schema(
        request=DeliveryIn,
        parameters=[
            DeliveryAddressIn,
            OpenApiParameter(
                HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="base64(HMAC-SHA256(secret, body)), over the very bytes of the body.",
            ),
        ],
        responses={
            202: DeliveryOut,
            (401, MEDIA_TYPE): OpenApiResponse(ProblemOut, "`webhook-signature`: missing or wrong."),
            (403, MEDIA_TYPE): OpenApiResponse(
                ProblemOut, "`webhook-secret-missing`: the server has no secret to check it with."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Take a delivery for a hint: its document is marked, and read again by a worker in a moment."""
        received = services.receive(_told(request), at=timezone.now())
        return Response(DeliveryOut(received).data, status=status.HTTP_202_ACCEPTED)


def _told(request: Request) -> services.Told:
    """What a delivery says, whatever it calls its form: ERPNext need not send a Content-Type (API.md 9)."""
    address = DeliveryAddressIn(data=request.query_params.dict())
    address.is_valid(raise_exception=True)
    document = DeliveryIn(data=_object_in(request.body))
    document.is_valid(raise_exception=True)
    return services.Told(
        **address.validated_data,
        name=document.validated_data["name"],
        modified=document.validated_data.get("modified") or "",
        body=request.body,
    )


def _object_in(body: bytes) -> dict[str, Any]:
    """Raises InvalidInputError."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise InvalidInputError(_("A webhook's body is a JSON object with the name of its document."))
    return document
