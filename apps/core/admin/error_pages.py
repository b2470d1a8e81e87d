"""What is said when a page cannot be shown: which right is missing, what is not there, what went wrong.

Whoever is signed in reads it inside the frame, so that the way on is one click; a stranger on a plain page.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.defaults import bad_request as plain_bad_request

from apps.core import request_context
from apps.core.admin.pages import MissingRight
from apps.core.admin.sent_from import page_of
from apps.core.errors import DomainError
from apps.core.options import last_known
from apps.core.options.own import ShopOptions

COMPONENTS: Final = "larder/components"
Unreadable = tuple[int, str, Promise]
UNREADABLE: Final[dict[type[BaseException], Unreadable]] = {
    BadRequest: (
        400,
        "malformed",
        _lazy("What was sent cannot be read. Nothing was changed. Load the page again and repeat it."),
    ),
    MultiPartParserError: (
        400,
        "malformed",
        _lazy(
            "What was sent cannot be read: it was cut short on its way, or a file has a name of several"
            " hundred signs. Nothing was changed. Give the file a shorter name and send it again."
        ),
    ),
    TooManyFilesSent: (
        413,
        "too-many-files",
        _lazy("At most %(files)d files are taken at once. None of these was kept: send fewer together."),
    ),
    RequestDataTooBig: (
        413,
        "payload-too-large",
        _lazy("What was typed is longer than is read at once. Nothing was changed. Make it shorter."),
    ),
}
_giving: list[Callable[[str], list[str]]] = []
_explaining: list[Callable[[HttpRequest, str], str]] = []


def ask_for_givers(who: Callable[[str], list[str]]) -> None:
    """Let the app that knows people say who can give a right (``core`` knows nobody)."""
    _giving[:] = [who]


def ask_for_reasons(link: Callable[[HttpRequest, str], str]) -> None:
    """Let the app that knows people say where it is explained who holds a key; empty for who may not ask."""
    _explaining[:] = [link]


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403: which right is missing, and who can give it."""
    key = exception.key if isinstance(exception, MissingRight) else ""
    givers = [name for who in _giving for name in who(key)]
    why_link = next((link(request, key) for link in _explaining), "") if key else ""
    text = _("You lack the right %(key)s.") % {"key": key} if key else _("You are not allowed to do this.")
    words = {"key": key, "givers": givers, "why_link": why_link, "text": text, "code": "permission-denied"}
    return _said(request, 403, _("Not allowed"), f"{COMPONENTS}/forbidden.html", **words)


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404."""
    return _said(
        request,
        404,
        _("Not found"),
        f"{COMPONENTS}/state.html",
        mark="search_off",
        text=_("There is nothing at this address. It may have been removed, or the link is not whole."),
        action_link=reverse("admin:index"),
        action_label=_("Go to the dashboard"),
    )


def not_a_page(request: HttpRequest, refusal: HttpResponseNotAllowed) -> HttpResponse:
    """405: an address that only takes what a form sends, typed by hand or come to by a link."""
    response = _said(
        request,
        405,
        _("No page"),
        f"{COMPONENTS}/state.html",
        mark="web_asset_off",
        text=_("This address only takes what a form sends, and shows nothing. Nothing was changed."),
        action_link=reverse("admin:index"),
        action_label=_("Go to the dashboard"),
    )
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """400 and its like, in our frame where it is known what is wrong with what was sent; a request for
    another host gets Django's plain one."""
    for kind, (status, code, sentence) in UNREADABLE.items():
        if isinstance(exception, kind):
            said = str(sentence) % {"files": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
            return _stopped(request, status, _("Not understood"), said, code=code)
    return plain_bad_request(request, exception)  # type: ignore[arg-type]


def refused(request: HttpRequest, why: DomainError) -> HttpResponse:
    """What a rule says no to before a page could be shown, such as a cursor that is no longer one."""
    return _stopped(request, why.status, _("Not possible"), str(why), code=why.code)


def _stopped(request: HttpRequest, status: int, title: str, text: str, *, code: str) -> HttpResponse:
    return _said(
        request,
        status,
        title,
        f"{COMPONENTS}/state.html",
        tone="look",
        mark="block",
        text=text,
        action_link=page_of(request),
        action_label=_("Load the page again"),
        code=code,
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that this browser was not given: nothing was changed."""
    return _said(
        request,
        403,
        _("This form is out of date"),
        f"{COMPONENTS}/state.html",
        tone="look",
        mark="history",
        text=_(
            "It was opened before you signed in, or cookies are off. Nothing was changed. "
            "Load the page again and repeat it."
        ),
        action_link=page_of(request),
        action_label=_("Load the page again"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor session; the request's id finds the log line."""
    known = {
        "request_id": request_context.request_id(),
        "shop": last_known(ShopOptions.name),
        "support_contact": last_known(ShopOptions.support_contact),
    }
    return render(request, "500.html", known, status=500)


def _said(request: HttpRequest, status: int, title: str, state_template: str, **words: Any) -> HttpResponse:
    """The message, in the frame for those who are signed in; to a script of ours, which shows it, as JSON."""
    if request.headers.get("Accept") == "application/json":
        told = {"code": words.get("code", "refused"), "detail": words.get("text", title)}
        return JsonResponse(told, status=status)
    person = getattr(request, "user", None)
    inside = bool(person and person.is_authenticated and admin.site.has_permission(request))
    template = "larder/parts/frame.html" if inside else "larder/parts/outside.html"
    context = admin.site.each_context(request) | {
        "title": title,
        "breadcrumbs": [],
        "state_template": state_template,
        "is_page": True,
    }
    return render(request, template, context | words, status=status)
