"""The connection: how ERPNext stands, what a sync needs of it, and making what is lacking there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, ClassVar, Final, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.addresses import absolute
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.pages import require, staff_page
from apps.core.admin.refusals import said
from apps.core.errors import InvalidInputError
from apps.sync import services
from apps.sync.erpnext import configured_address
from apps.sync.erpnext.facts import REFERENCE
from apps.sync.models import ConnectionCheck, MirroredSite
from apps.sync.pages.faces import REACH
from apps.sync.pages.starting import is_worker_away
from apps.sync.pages.tabs import UNCHANGED, SyncPage
from apps.sync.services import connection, gate
from apps.sync.services.checking import Level
from apps.sync.services.gate import RUN_KEY
from apps.sync.services.inspecting import Stage, stage_of
from apps.sync.states import Reach

SAVE_KEY: Final = "sync.edit"
WEBHOOK_PATH: Final = "/api/v1/sync/webhooks/erpnext"
LONGEST_URL: Final = 500
SITE_WIDE: Final = frozenset({"Connection", "Site", "Version", "Clock", "Time zone", "Rate limit", "Company"})
BAD: Final = (Level.ERROR, Level.WARNING)
CHIPS: Final = {
    Level.OK: Chip(_("Well"), Tone.WELL),
    Level.NOTE: Chip(_("To know"), Tone.QUIET, "info"),
    Level.WARNING: Chip(_("Look"), Tone.LOOK, "warning"),
    Level.ERROR: Chip(_("Act"), Tone.ACT, "error"),
}

REACHES: Final = {reach: replace(face, word=reach.label) for reach, face in REACH.items()}  # after “ERPNext”


@dataclass(frozen=True)
class Step:
    """One thing that was looked at."""

    what: str
    level: Level
    said: str
    advice: str

    @property
    def title(self) -> str:
        """As people read it: a DocType, and which field of it."""
        doctype, _, name = self.what.partition(".")
        return f"{doctype} › {name}" if name else doctype

    @property
    def chip(self) -> Chip:
        return CHIPS[self.level]


@dataclass
class Group:
    """Steps of one kind."""

    title: str | Promise
    steps: list[Step] = field(default_factory=list)

    @property
    def chip(self) -> Chip:
        """As the worst of them."""
        return CHIPS[max((step.level for step in self.steps), key=list(Level).index)]

    @property
    def notes(self) -> int:
        return sum(step.level == Level.NOTE for step in self.steps)


GROUPS: Final[dict[str, Promise]] = {
    "site": _("The site"),
    "rights": _("Rights by DocType"),
    "fields": _("Fields"),
    "counts": _("Counts there and here"),
    "deletions": _("Deletions"),
    "references": _("Reference fields"),
    "webhooks": _("Webhooks"),
}


@staff_page
class ConnectionPage(SyncPage):
    """The checklist."""

    title = _("Connection")
    route = "settings/sync/connection/"
    url_name = "sync_connection"
    template_name = "sync/connection.html"
    parts: ClassVar = {"connection": "sync/connection_part.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or its moving part; nothing, while that is as the browser has it."""
        found = services.last_check()
        stage, lacks_worker = stage_of(found), is_worker_away(at=timezone.now())
        seal = _seal(found, stage, lacks_worker=lacks_worker)
        if self.part and request.GET.get("seen") == seal:
            return HttpResponse(status=UNCHANGED)
        page = self.get_context_data(found=found, stage=stage, seal=seal, is_worker_away=lacks_worker)
        return self.render_to_response(page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: ConnectionCheck | None = kwargs["found"]
        steps = list(_steps(found))
        return super().get_context_data(**kwargs) | {
            "lead": _("What a sync needs of ERPNext, how each stands, and what to do."),
            "standing": _standing(),
            "is_moving": kwargs["stage"] in {Stage.WAITING, Stage.RUNNING},
            "problems": [step for step in steps if step.level in BAD],
            "groups": _grouped(step for step in steps if step.level not in BAD),
            "looked_at": len(steps),
            "lacking_words": _lacking_words(found),
            "made_count": sum(one["is_done"] for one in found.made) if found else 0,
            "webhook": _webhook(self.request, found),
            "is_gate_open": gate.is_open(),
            "may_run": may(self.request.user, RUN_KEY),
            "may_edit": may(self.request.user, SAVE_KEY),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have the connection checked, or what is lacking made; refused in the gate's order."""
        is_making = request.POST.get("do") == "make"
        gate.check_environment()
        require(request.user, SAVE_KEY if is_making else RUN_KEY)
        if not is_making and request.POST.get("do") != "check":
            raise BadRequest("what is to be done?")
        with said(request):
            messages.success(request, self._make() if is_making else self._check())
        return redirect(self.link())

    @property
    def actor(self) -> Actor:
        return Actor.of(cast("Person", self.request.user))

    def _check(self) -> str:
        url = self.request.POST.get("webhook_url", "").strip() if settings.ERPNEXT.webhook_secret else ""
        services.ask_for_check(webhook_url=_checked(url), actor=self.actor)
        return _t("The connection is being checked. This page can be left; the work goes on.")

    def _make(self) -> str:
        what, url = self.request.POST.getlist("what"), self.request.POST.get("webhook_url", "")
        services.ask_to_make(what, webhook_url=url, actor=self.actor)
        return _t("What is lacking is being created in ERPNext, and the connection checked after that.")


def _checked(url: str) -> str:
    """An address that ERPNext can post to; empty for none. Raises InvalidInputError."""
    if url and (len(url) > LONGEST_URL or _host(url) is None):
        raise InvalidInputError(_t("The address of the webhook must begin with https:// or http://."))
    return url


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


# --- what the page shows -----------------------------------------------------------------------------------
def _standing() -> dict[str, Any]:
    """How ERPNext stands and where it is; of our key only the beginning, of its secret nothing."""
    address, current = configured_address(), connection.current()
    is_demo = not settings.ERPNEXT.url
    return {
        "chip": REACHES[Reach(current.reach)],
        "reach": current,
        "address": address.url,
        "key": f"{address.key[:4]}••••",
        "mirrored": MirroredSite.objects.first(),
        "is_demo": is_demo,
        "switches": f"{address.url}/demo" if is_demo else "",
    }


def _steps(found: ConnectionCheck | None) -> Iterator[Step]:
    for one in found.findings if found else ():
        yield Step(one["what"], Level(one["level"]), one["said"], one["advice"])


def _grouped(steps: Iterable[Step]) -> list[Group]:
    groups = {key: Group(title) for key, title in GROUPS.items()}
    for step in steps:
        groups[_kind(step.what)].steps.append(step)
    return [group for group in groups.values() if group.steps]


def _kind(what: str) -> str:
    """Which group a thing belongs to, by how the check calls it."""
    if what in SITE_WIDE:
        return "site"
    if what == "Webhooks":
        return "webhooks"
    if what == "Deleted Document":
        return "deletions"
    if what.endswith(f".{REFERENCE}"):
        return "references"
    if what.endswith(" records"):
        return "counts"
    return "fields" if "." in what else "rights"


def _lacking_words(found: ConnectionCheck | None) -> str:
    """As "3 fields and 42 webhooks"."""
    kinds = Counter(one["doctype"] for one in found.lacking) if found else Counter[str]()
    fields, webhooks = kinds["Custom Field"], kinds["Webhook"]
    said = []
    if fields:
        said.append(ngettext("%(n)d field", "%(n)d fields", fields) % {"n": fields})
    if webhooks:
        said.append(ngettext("%(n)d webhook", "%(n)d webhooks", webhooks) % {"n": webhooks})
    return _t(" and ").join(said)


def _webhook(request: HttpRequest, found: ConnectionCheck | None) -> dict[str, Any]:
    """Where ERPNext may tell us of changes: what was tried last, else where people find us."""
    url = (found.webhook_url if found else "") or absolute(WEBHOOK_PATH, request=request)
    return {
        "url": url,
        "is_signed": bool(settings.ERPNEXT.webhook_secret),
        "is_out_of_reach": _is_private(_host(url)) and not _is_private(_host(configured_address().url)),
    }


def _is_private(host: str | None) -> bool:
    """Whether a host is this machine, or one of a network that others cannot see into."""
    if host is None or host == "localhost" or host.endswith((".local", ".localhost", ".internal")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host


def _seal(found: ConnectionCheck | None, stage: Stage, *, lacks_worker: bool) -> str:
    """What is shown, in short, so that a page which is up to date already need not change."""
    told = (stage.value, lacks_worker, found and (found.asked_at, len(found.findings), len(found.made)))
    return sha256(repr(told).encode()).hexdigest()[:16]
