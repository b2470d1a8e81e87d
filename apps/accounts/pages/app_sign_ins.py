"""Sign somebody out of an app, or oneself: what the panel *Apps signed in* posts to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.pages.preferences import back_from
from apps.core.actors import Actor
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.admin.refusals import said


@staff_page
class EndAppSignIn(StaffPage):
    """Answers the button; there is nothing to look at."""

    title = _("Sign out of an app")
    permission_key = ""  # one's own; another's asks for users.edit in the verb
    route = "app-sign-ins/<uuid:sign_in_id>/end/"
    url_name = "app_sign_in_end"
    http_method_names = ["post"]  # noqa: RUF012 - declared so by Django

    def post(self, request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
        with said(request):
            ended = services.end_app_sign_in(sign_in_id, actor=Actor.of(request.user), at=timezone.now())
            messages.success(request, _now("Signed out of %(device)s.") % {"device": ended})
        return back_from(request)
