"""What waits for a decision: what, who, since when and how risky; low risk can go together."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.approvals import registry, services
from apps.approvals.models import Item
from apps.approvals.pages import faces  # noqa: F401 - says what the chips look like
from apps.approvals.querysets import ItemQuerySet
from apps.core import keyset
from apps.core.actors import Actor
from apps.core.admin.pages import StaffPage, require, staff_page

SIZE = 50


@dataclass(frozen=True)
class Segment:
    """One way to look at the inbox."""

    title: str
    link: str
    active: bool
    count: int | None


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
    def view_name(self) -> str:
        asked = self.request.GET.get("show", "")
        return asked if asked in {"mine", "made", "decided"} else "waiting"

    @property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in {kind.key for kind in registry.kinds()} else ""

    def items(self, show: str) -> ItemQuerySet:
        """The rows of one segment."""
        items = Item.objects.select_related("assignee")
        return {
            "waiting": items.open().decidable_by(self.person),
            "mine": items.open().visible_to(self.person).filter(assignee=self.person),
            "made": items.open().filter(maker_kind="staff", maker_id=str(self.person.pk)),
            "decided": items.decided().visible_to(self.person),
        }[show]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self._page()
        low = self._low_risk_of(found.rows)
        for item in found.rows:
            item.can_go_together = item.pk in low  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "lead": _("What waits for a decision. Nobody accepts what he made himself."),
            "rows": found.rows,
            "next": found.next,
            "previous": found.previous,
            "segments": self._segments(),
            "show": self.view_name,
            "kinds": registry.kinds(),
            "kind": self.kind,
            "together": sum(item.pk in low for item in found.rows),
        }

    def _low_risk_of(self, rows: list[Item]) -> set[int]:
        """Which of the page's items may be accepted together."""
        here = Item.objects.open().decidable_by(self.person).filter(pk__in=[item.pk for item in rows])
        return set(here.low_risk().values_list("pk", flat=True))

    def _page(self) -> keyset.Page[Item]:
        items = self.items(self.view_name)
        if self.kind:
            items = items.filter(kind=self.kind)
        ordering = ("-decided_at", "-id") if self.view_name == "decided" else ("asked_at", "id")
        return keyset.page(items, ordering=ordering, size=SIZE, cursor=self.request.GET.get("cursor") or None)

    def _segments(self) -> list[Segment]:
        titles = {
            "waiting": _t("Waiting"),
            "mine": _t("Assigned to me"),
            "made": _t("Asked by me"),
            "decided": _t("Decided"),
        }
        return [
            Segment(
                title=title,
                link=f"?show={show}",
                active=show == self.view_name,
                count=None if show == "decided" else self.items(show).count(),
            )
            for show, title in titles.items()
        ]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Accept several of low risk, each by itself; what is refused is said by name."""
        require(request.user, "todo.approve")
        asked = [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal() and len(pk) < 19]
        allowed = Item.objects.decidable_by(self.person).filter(pk__in=asked).values_list("pk", flat=True)
        outcomes = services.accept_several(list(allowed), actor=Actor.of(self.person))
        _say(request, outcomes, missing=len(asked) - len(outcomes))
        return redirect(self.link())


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
