"""Parity: how equal the copy is to ERPNext, entity by entity, and what differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.pages import require, staff_page
from apps.core.admin.refusals import said
from apps.sync import services
from apps.sync.entities import ENTITIES, entity_called
from apps.sync.models import Parity
from apps.sync.pages.differences import Difference, differences
from apps.sync.pages.starting import is_worker_away
from apps.sync.pages.tabs import UNCHANGED, SyncPage
from apps.sync.reports import Compared, compared
from apps.sync.services import gate
from apps.sync.services.gate import RUN_KEY
from apps.sync.states import Direction
from apps.sync.words import rank

ALL = "all"
LEFT_TO_RIGHT, POP = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"  # as <bdi>, in a chip's word


@dataclass(frozen=True)
class Row:
    """One entity as the page shows it."""

    compared: Compared
    differences: list[Difference]
    why_not_read: str  # empty: what differs may be read again

    @property
    def name(self) -> str:
        return self.compared.entity.name

    @property
    def records(self) -> list[Difference]:
        """What differs and can be read again."""
        return [one for one in self.differences if one.is_record]

    @property
    def has_totals(self) -> bool:
        return len(self.records) < len(self.differences)

    @property
    def left_out(self) -> int:
        """How many differ beyond those that are kept by name."""
        return self.compared.sound.differing - len(self.differences) if self.compared.sound else 0

    @property
    def chip(self) -> Chip:
        """How it stands, in a word."""
        sound = self.compared.sound
        if self.compared.comparing:
            is_begun = bool(self.compared.comparing.begun_at)
            return Chip(_("Being compared") if is_begun else _("Waits for a worker"), Tone.RUNNING)
        if self.compared.last and self.compared.last.problem:
            return Chip(_("Not compared"), Tone.ACT, "cloud_off")
        if sound is None:
            return Chip(_("Never compared"), Tone.QUIET)
        score = f"{LEFT_TO_RIGHT}{sound.score_words}{POP}"
        if self.compared.is_outdated and sound.differing:
            return Chip(score, Tone.QUIET, "history")
        return Chip(score, Tone.LOOK if sound.differing else Tone.WELL)


@dataclass(frozen=True)
class Overall:
    """The copy as a whole, by the last comparison of each entity."""

    sound: Sequence[Parity]

    @property
    def lowest(self) -> Parity | None:
        return min(self.sound, key=lambda parity: parity.score, default=None)

    @property
    def differing(self) -> int:
        return sum(parity.differing for parity in self.sound)

    @property
    def as_of(self) -> datetime | None:
        return min((parity.at for parity in self.sound), default=None)

    @property
    def missing(self) -> int:
        """Entities that nobody has compared."""
        return len(ENTITIES) - len(self.sound)

    @property
    def is_equal(self) -> bool:
        return self.lowest is not None and self.lowest.score == Decimal(100)


@staff_page
class ParityPage(SyncPage):
    """How equal the copy is."""

    title = _("Parity")
    route = "settings/sync/parity/"
    url_name = "sync_parity"
    template_name = "sync/parity.html"
    parts: ClassVar = {"parity": "sync/parity_part.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or its moving part; nothing, while that is as the browser has it."""
        found, lacks_worker = compared(), is_worker_away(at=timezone.now())
        seal = _seal(found, lacks_worker=lacks_worker)
        if self.part and request.GET.get("seen") == seal:
            return HttpResponse(status=UNCHANGED)
        page = self.get_context_data(found=found, seal=seal, is_worker_away=lacks_worker)
        return self.render_to_response(page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: list[Compared] = kwargs.pop("found")
        sound = [one.sound for one in found if one.sound]
        return super().get_context_data(**kwargs) | {
            "lead": _("Whether what is here is what ERPNext has: names, stamps and the totals of each day."),
            "rows": list(_rows(found, self.request.user)),
            "overall": Overall(sound),
            "is_moving": any(one.is_moving for one in found),
            "is_gate_open": gate.is_open(),
            "may_run": may(self.request.user, RUN_KEY),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have an entity compared, or what differs of it read again; refused in the gate's order."""
        reads = request.POST.get("read", "")
        gate.check_environment()
        if reads:
            gate.check_control(reads, Direction.PULL)
        require(request.user, RUN_KEY)
        if not (reads or "compare" in request.POST):
            raise BadRequest("what is to be done?")
        with said(request):
            messages.success(request, self._read(reads) if reads else self._compare())
        return redirect(f"{self.link()}#{reads}" if reads else self.link())

    @property
    def actor(self) -> Actor:
        return Actor.of(cast("Person", self.request.user))

    def _compare(self) -> str:
        asked = self.request.POST["compare"]
        is_deep = "deep" in self.request.POST
        names = () if asked == ALL else (asked,)
        begun = services.ask_for_comparisons(names, is_deep=is_deep, actor=self.actor)
        if asked != ALL:
            return _t("%(title)s will be compared with ERPNext.") % {"title": entity_called(asked).title}
        told = ngettext("%(n)d entity will be compared.", "%(n)d entities will be compared.", len(begun))
        return told % {"n": len(begun)}

    def _read(self, name: str) -> str:
        run = services.read_differing_again(name, actor=self.actor)
        title = entity_called(name).title
        return _t("What differs of %(title)s will be read again, by run %(run)d.") % {
            "title": title,
            "run": run.pk,
        }


def _rows(found: Iterable[Compared], person: object) -> Iterator[Row]:
    known = {one.entity.name: one for one in found}
    shown = differences([one.sound for one in known.values() if one.sound])
    for name in sorted(known, key=rank):
        why = gate.why_closed(person, name, Direction.PULL)
        yield Row(compared=known[name], differences=shown.get(name, []), why_not_read=why)


def _seal(found: Iterable[Compared], *, lacks_worker: bool) -> str:
    """What is shown, in short, so that a page which is up to date already need not change."""
    return sha256(repr(([one.state for one in found], lacks_worker)).encode()).hexdigest()[:16]
