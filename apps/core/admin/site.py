"""The staff's site: unfold's frame, with Larder's pages, search and errors."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.core.admin import error_pages, pages, palette
from apps.core.admin.sent_from import READING, page_of
from apps.core.errors import DomainError
from apps.core.options.own import ShopOptions

NUL = "\x00"  # no form of a browser holds one, and PostgreSQL keeps no text with one

# To htmx after the session has ended: it would put the sign-in page into a part of the page that asked.
LOAD_AGAIN: Final = {"HX-Refresh": "true", "Cache-Control": "no-store"}


class LarderSite(UnfoldAdminSite):
    """Larder's admin."""

    index_title = _("Dashboard")
    index_template = "dashboard/home.html"
    site_title = _("Larder")
    site_header = _("Larder")
    enable_nav_sidebar = True

    def get_urls(self) -> list[Any]:
        """Without Django's redirect to a record's public page: it tells every member of staff what exists."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def extra_urls(self) -> list[URLPattern | URLResolver]:
        """Our own staff pages, beside those of the models."""
        return [*pages.page_urls(self)]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page's frame shows: no query for any entry of the menu."""
        context: dict[str, Any] = super().each_context(request)
        name = ShopOptions().name
        own = {"site_title": name, "site_header": name, "support_contact": ShopOptions().support_contact}
        return context | own | {"palette_least": palette.LEAST_LETTERS}

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Every page of the back office, ours and Django's, with what all of them must withstand."""
        page = super().admin_view(_guarded(view), cacheable)

        @wraps(page)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request) and request.path != reverse(f"{self.name}:logout"):
                if "HX-Request" in request.headers:
                    return HttpResponse(headers=LOAD_AGAIN)
                if request.method not in READING:
                    return self._signed_out_meanwhile(request)
            response = page(request, *args, **kwargs)
            if isinstance(response, HttpResponseNotAllowed) and "HX-Request" not in request.headers:
                return error_pages.not_a_page(request, response)
            return response  # type: ignore[no-any-return]

        return shown

    def _signed_out_meanwhile(self, request: HttpRequest) -> HttpResponse:
        """The door, which says that nothing was saved, and leads back to where it was typed."""
        door = reverse(f"{self.name}:login")
        return HttpResponseRedirect(f"{door}?next={quote(page_of(request))}&why=unsaved")

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The palette's answer. Unfold's own search has no limit and caches what one person saw."""
        text = request.GET.get("q", "")[:100]
        sections = palette.search(text, person=request.user, pages=self._open_pages(request))
        return render(request, "larder/parts/palette_results.html", {"sections": sections, "text": text})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The door, by the page that accounts keeps; whoever is in already is led on."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse(f"{self.name}:index"))
        request.current_app = self.name
        page = import_string(settings.SIGN_IN_PAGE)
        shown = {**self.each_context(request), "title": _("Sign in"), **(extra_context or {})}
        return page.as_view(extra_context=shown)(request)  # type: ignore[no-any-return]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """One's own password, by the form that accounts keeps: core knows no people."""
        request.current_app = self.name
        page = PasswordChangeView.as_view(
            form_class=import_string(settings.OWN_PASSWORD_FORM),
            success_url=reverse(f"{self.name}:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return page(request)

    def _open_pages(self, request: HttpRequest) -> list[palette.Found]:
        """The menu of this person, and the lists that are too seldom asked for to stand in it."""
        menu = [
            palette.Found(
                title=str(item["title"]),
                link=item["link"],
                icon=item["icon"],
                description=str(group["title"]) if group["title"] != item["title"] else "",
            )
            for group in self.get_sidebar_list(request)
            for item in group["items"]
        ]
        return menu + self._other_lists(request, known={page.link for page in menu})

    def _other_lists(self, request: HttpRequest, *, known: set[str]) -> list[palette.Found]:
        lists = [own for own in self._registry.values() if own.has_view_permission(request)]
        return [
            palette.Found(
                title=str(capfirst(own.opts.verbose_name_plural)),
                link=own.list_url(),
                icon=own.list_icon,
                description=str(own.opts.app_config.verbose_name),
            )
            for own in lists
            if own.list_url() not in known
        ]


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view; a NUL in what was sent is refused, and a refusal that no page caught is said on one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _holds_nul(request.GET) or _holds_nul(request.POST):
            raise BadRequest("a NUL character was sent")
        try:
            return view(request, *args, **kwargs)
        except DomainError as why:
            return error_pages.refused(request, why)

    return guarded


def _holds_nul(sent: QueryDict) -> bool:
    return any(NUL in name or any(NUL in text for text in texts) for name, texts in sent.lists())
