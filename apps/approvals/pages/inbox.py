"""What waits for a decision: what, who, since when and how risky; low risk can go together."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.approvals import reading, registry, services
from apps.approvals.models import Item
from apps.approvals.pages import faces  # noqa: F401 - says what the chips look like
from apps.approvals.pages.narrowing import SEGMENTS, Narrowing, of_segment
from apps.approvals.querysets import ItemQuerySet
from apps.core import keyset
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page

SIZE = 50


@staff_page
class Inbox(StaffPage):
    """To Do."""

    title = _("To Do")
    permission_key = "todo.view"
    route = "todo/"
    url_name = "todo"
    template_name = "approvals/inbox.html"

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing.of(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        narrowing = self.narrowing
        found = self._page(narrowing)
        low = self._low_risk_of(found.rows)
        for item in found.rows:
            item.can_go_together = item.pk in low  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "lead": _("What waits for a decision. Nobody accepts what he made himself."),
            "rows": found.rows,
            "next": found.next,
            "previous": found.previous,
            "segments": [
                (key, title, None if key == "decided" else of_segment(key, self.person).count())
                for key, title in SEGMENTS.items()
            ],
            "narrowing": narrowing,
            "show": narrowing.show,
            "filtered": narrowing.is_set,
            "kinds": registry.kinds(),
            "makers": self._makers(narrowing),
            "together": sum(item.pk in low for item in found.rows),
        }

    def _low_risk_of(self, rows: list[Item]) -> set[int]:
        """Which of the page's items may be accepted together."""
        here = Item.objects.open().decidable_by(self.person).filter(pk__in=[item.pk for item in rows])
        return set(here.low_risk().values_list("pk", flat=True))

    def _makers(self, narrowing: Narrowing) -> list[tuple[str, str]]:
        """Who made what still waits here: a short list, since what waits is short."""
        if narrowing.show in {"made", "decided"}:
            return []
        rows = (
            of_segment(narrowing.show, self.person)
            .order_by()
            .values_list("maker_kind", "maker_id", "maker_label")
        )
        names = {f"{kind}:{maker}": label for kind, maker, label in rows.distinct()[:200]}
        return sorted(names.items(), key=lambda pair: pair[1].casefold())

    def _page(self, narrowing: Narrowing) -> keyset.Page[Item]:
        items = narrowing.items(self.person, at=timezone.now()).select_related("assignee")
        cursor = self.request.GET.get("cursor") or None
        return keyset.page(items, ordering=narrowing.ordering, size=SIZE, cursor=cursor)

    def post(self, request: HttpRequest) -> HttpResponse:
        """First what would be accepted is shown, with its revision; then just that is accepted."""
        require(request.user, "todo.approve")
        asked = _asked(request)
        allowed = Item.objects.decidable_by(self.person).filter(pk__in=asked)
        if request.POST.get("step") != "accept":
            return self._looked_at(request, allowed, asked)
        seen = {pk: asked[pk] for pk in allowed.values_list("pk", flat=True)}
        if None in seen.values():
            raise BadRequest("which revisions were looked at?")
        outcomes = services.accept_several(seen, actor=Actor.of(self.person))
        _say(request, outcomes, missing=len(asked) - len(outcomes))
        return redirect(self.link())

    def _looked_at(
        self, request: HttpRequest, allowed: ItemQuerySet, asked: dict[int, int | None]
    ) -> HttpResponse:
        items = list(allowed.open().low_risk().order_by("asked_at", "pk"))
        if not items:
            messages.warning(request, _t("Select items of low risk first; others are decided one by one."))
            return redirect(self.link())
        for item in items:
            kind = registry.kind_if_known(item.kind)
            item.lines = [line for line in reading.lines(item, kind) if line.is_changed]  # type: ignore[attr-defined]
        values = [item.value for item in items if item.value is not None]
        page = super().get_context_data() | {
            "title": _t("Accept together"),
            "breadcrumbs": [Crumb(self.title, self.link())],
            "items": items,
            "value": sum(values) if values else None,
            "left": len(asked) - len(items),
        }
        self.template_name = "approvals/together.html"
        return self.render_to_response(page)


def _asked(request: HttpRequest) -> dict[int, int | None]:
    """The ticked items, each with the revision that was looked at: ``12`` or ``12:3``."""
    asked: dict[int, int | None] = {}
    for text in request.POST.getlist("item")[:SIZE]:
        pk, _colon, revision = text.partition(":")
        if pk.isascii() and pk.isdecimal() and len(pk) < 19:
            asked[int(pk)] = int(revision) if revision.isascii() and revision.isdecimal() else None
    return asked


def _say(request: HttpRequest, outcomes: list[services.Outcome], *, missing: int) -> None:
    accepted = sum(not outcome.refusal for outcome in outcomes)
    if accepted:
        said = ngettext("%(count)d item was accepted.", "%(count)d items were accepted.", accepted)
        messages.success(request, said % {"count": accepted})
    for outcome in outcomes:
        if outcome.refusal:
            messages.warning(request, f"{outcome.title}: {outcome.refusal}")
    if missing:
        said = ngettext(
            "%(count)d item was left: it is not of low risk, or not yours to decide.",
            "%(count)d items were left: they are not of low risk, or not yours to decide.",
            missing,
        )
        messages.warning(request, said % {"count": missing})
