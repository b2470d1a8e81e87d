"""Read again now: a POST from a mirrored record's profile, and back to it with what came of it."""

from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor, Person
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.pages import StaffPage, staff_page
from apps.sync.entities import entity_of
from apps.sync.links import profile_link
from apps.sync.services import gate
from apps.sync.services.rereading import Outcome, read_again
from apps.sync.states import Direction

LEVELS = {Outcome.UNCHANGED: messages.INFO, Outcome.CHANGED: messages.SUCCESS}


@staff_page
class ReadAgain(StaffPage):
    """One record of one kind."""

    title = _("Read again now")
    permission_key = gate.RUN_KEY
    route = "sync/records/<str:label>/<int:pk>/read-again/"
    url_name = "sync_read_again"
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """In the gate's order: what is off for everybody comes before what this person may not."""
        gate.check_environment()
        gate.check_control(entity_of(_admin_of(kwargs["label"]).model).name, Direction.PULL)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, label: str, pk: int) -> HttpResponse:
        own = _admin_of(label)
        own.require(request, "view")
        reread = read_again(own.model, pk, actor=Actor.of(cast("Person", request.user)))
        messages.add_message(request, LEVELS.get(reread.outcome, messages.WARNING), reread.sentence)
        return redirect(profile_link(own.model, pk) if reread.is_here else own.list_url())


def _admin_of(label: str) -> Any:
    """The page of the records of this kind, if ERPNext owns them."""
    try:
        own = admin.site.get_model_admin(apps.get_model(label))
    except (LookupError, ValueError, NotRegistered) as why:
        raise Http404(f"There are no records called {label}.") from why
    if not isinstance(own, MirroredAdmin):
        raise Http404(f"{label} is not brought in from ERPNext.")
    return own
