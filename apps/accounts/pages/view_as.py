"""View the menu as a role or a person sees it, and back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import preview
from apps.accounts.pages.preferences import back_from
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.errors import DomainError


@staff_page
class ViewAs(StaffPage):
    """Answers the buttons; there is nothing to look at. Without a role or person it ends the view."""

    title = _("View the menu as")
    permission_key = ""  # whoever is not entitled is refused below; the way back is open to everybody
    route = "view-as/"  # for everybody who is shown another menu, so not below the settings
    url_name = "view_as"
    http_method_names = ["post"]  # noqa: RUF012 - declared so by Django

    def post(self, request: HttpRequest) -> HttpResponse:
        for kind in ("role", "person"):
            if asked := request.POST.get(kind, ""):
                return self._start(request, kind, asked)
        preview.stop(request)
        return back_from(request)

    def _start(self, request: HttpRequest, kind: str, asked: str) -> HttpResponse:
        if not preview.may_preview(request.user):
            raise PermissionDenied("Only an Admin or a Super Admin views the menu as another.")
        try:
            preview.start(request, kind=kind, pk=int(asked) if asked.isascii() and asked.isdigit() else 0)
        except DomainError as why:
            messages.warning(request, str(why))
        return HttpResponseRedirect(reverse("admin:index"))
