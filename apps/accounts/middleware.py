"""What every request of a session is watched for: that it is seen, not held, and not ended by somebody."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from apps.accounts.services.sessions import see_session
from apps.core.access import HELD

# What a session that must set up a second factor may open in the back office: the API is closed to it by
# core.api.authentication.
OPEN_WHILE_HELD: Final = frozenset(
    {"second_factor", "my_profile", "preferences", "login", "logout", "jsi18n", "staff_photo"}
)


class SessionWatch:
    """Leads a held session to the set-up, an ended one to the sign-in page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session: Any = request.session
        if session.accessed and session.ended_because:
            return _told_why(request, response, session.ended_because)
        if session.accessed and session.row is not None and session.row.user_id:
            see_session(session.row, at=timezone.now())
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "admin" not in match.namespaces or match.url_name in OPEN_WHILE_HELD:
            return None
        if request.user.is_authenticated and request.session.get(HELD):
            return _led_to(request, reverse("admin:second_factor"))
        return None


def _told_why(request: HttpRequest, response: HttpResponse, why: str) -> HttpResponse:
    """The way to the sign-in page, with the reason; an answer that shows no page stays as it is."""
    door = resolve_url(settings.LOGIN_URL)
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{shown.path}?{shown.query}" if shown.query else shown.path
        return _led_to(request, f"{door}?{urlencode({'why': why, 'next': back})}")
    where = response.headers.get("Location", "")
    if where.startswith(door):
        joint = "&" if "?" in where else "?"
        response.headers["Location"] = f"{where}{joint}{urlencode({'why': why})}"
    return response


def _led_to(request: HttpRequest, where: str) -> HttpResponse:
    """A redirect; htmx would put the page that it leads to into a part of the one that asked."""
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": where, "Cache-Control": "no-store"})
    return HttpResponseRedirect(where)
