"""System: how the installation is, part by part, and the same as text for a mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.core.access import may
from apps.core.admin.chips import Tone
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.system import report, sizes
from apps.core.system.parts import Fact, Part, look

UNCHANGED: Final = 204  # to htmx, which then leaves the page as it is
RUN_KEY: Final = "system.run"


@staff_page
class SystemPage(StaffPage):
    """Versions, services, programs, files."""

    title = _("System")
    permission_key = "system.view"
    route = "settings/system/"
    url_name = "system"
    template_name = "settings/system.html"
    parts: ClassVar[Mapping[str, str]] = {"system-live": "settings/system_live.html"}

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    @cached_property
    def found(self) -> list[Part]:
        """Every part, asked once."""
        return look(timezone.now())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing to whoever has seen all that there is: nothing moves under his pointer."""
        if self.part and request.GET.get("seen") == _stamp(self.found, at=timezone.now()):
            return HttpResponse(status=UNCHANGED)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, found = timezone.now(), self.found
        return super().get_context_data(**kwargs) | {
            "lead": _("How this installation is, and what to do where something is not as it should be."),
            "now": now,
            "found": found,
            "silent": _silent(found),
            "amiss": [part for part in found if part.facts and part.tone in {Tone.ACT, Tone.LOOK}],
            "stamp": _stamp(found, at=now),
            "report": report.as_text(found, at=now),
            "may_run": may(self.request.user, RUN_KEY),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Measure anew what is measured at most once a minute."""
        require(request.user, RUN_KEY)
        if request.POST.get("do") != "measure":
            raise BadRequest("“do” names nothing that can be done here")
        try:
            sizes.forget("database", "media", "private")
        except RedisError:
            messages.warning(request, _t("Redis does not answer: sizes are measured at each look anyway."))
        return redirect(self.link())


def _silent(found: Sequence[Part]) -> dict[str, list[Part]]:
    """What did not answer, said once for all the parts that it concerns."""
    said: dict[str, list[Part]] = {}
    for part in found:
        if part.problem:
            said.setdefault(str(part.problem), []).append(part)
    return said


def _stamp(found: Sequence[Part], *, at: datetime) -> str:
    """What is shown, in short; what moves at every breath counts by the minute."""
    told = [
        (part.kind.name, str(part.problem), [_told(fact) for fact in part.facts if not fact.is_restless])
        for part in found
    ]
    return sha256(f"{at:%H:%M}{told!r}".encode()).hexdigest()[:16]


def _told(fact: Fact) -> tuple[str, str]:
    return str(fact.label), str(fact.value)
