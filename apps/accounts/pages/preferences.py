"""One's own theme and language, kept with the account so that they follow to the next device."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.core.actors import Actor
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.admin.refusals import said

KEPT = ("language", "theme")


@staff_page
class Preferences(StaffPage):
    """Answers the switches of the frame; there is nothing to look at."""

    title = _("Your preferences")
    permission_key = ""  # one's own
    route = "preferences/"
    url_name = "preferences"
    http_method_names = ["post"]  # noqa: RUF012 - declared so by Django

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted: dict[str, Any] = {name: request.POST[name] for name in KEPT if name in request.POST}
        with said(request):
            services.change_profile(int(request.user.pk or 0), actor=Actor.of(request.user), **wanted)
        return back_from(request)


def back_from(request: HttpRequest) -> HttpResponse:
    """To where the button was pressed; never to another site."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(asked if safe else reverse("admin:index"))
