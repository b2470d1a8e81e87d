"""One item: what is and what is to be, side by side, and the decision."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.approvals import deciding, registry, services
from apps.approvals.models import Item
from apps.approvals.pages.inbox import Inbox
from apps.approvals.states import ItemState
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import DomainError, InvalidInputError, NotFoundError
from apps.core.models import AuditEntry

WORDS = {
    "todo.asked": _("Asked"),
    "todo.changed": _("Brought up to date"),
    "todo.assigned": _("Assigned"),
    "todo.accepted": _("Accepted"),
    "todo.rejected": _("Rejected"),
    "todo.closed": _("Closed"),
}
MOST_LISTED = 100
MARKS = {"todo.accepted": ("check", "well"), "todo.rejected": ("close", "act")}


@dataclass(frozen=True)
class Line:
    """One field: as it is, as proposed, and as it was accepted."""

    title: str
    was: str
    asked: str
    accepted: str
    is_changed: bool


@staff_page
class ItemPage(StaffPage):
    """One To Do item."""

    title = _("To Do")
    permission_key = "todo.view"
    route = "todo/<int:item_id>/"
    url_name = "todo_item"
    template_name = "approvals/item.html"

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("To Do"), Inbox.link())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = kwargs.pop("item", None) or self._item()
        kind = registry.kind_if_known(item.kind)
        decides = item.state == ItemState.OPEN and deciding.can_decide(self.person, item)
        is_own = deciding.is_made_by(self.person, item)
        may_approve = may(self.person, "todo.approve")
        return super().get_context_data(**kwargs) | {
            "title": item.title,
            "item": item,
            "kind_title": kind.title if kind else item.kind,
            "meaning": kind.meaning if kind else "",
            "heading": (kind.heading if kind else "")
            or (_("What would be added") if item.is_new else _("What would change")),
            "subject_link": kind.url(item) if kind and kind.url else "",
            "lines": list(_lines(item, kind)),
            "may_decide": decides and may_approve,
            "may_take_back": item.state == ItemState.OPEN and is_own,
            "may_assign": decides and may(self.person, "todo.edit"),
            "is_own": is_own,
            "form": kwargs.get("form") or _form(item, kind),
            "colleagues": deciding.colleagues(kind) if kind else [],
            "happened": list(_happened(item)),
        }

    def _item(self) -> Item:
        try:
            return deciding.seen_by(self.person, self.kwargs["item_id"])
        except NotFoundError as why:
            raise Http404(str(why)) from why

    def post(self, request: HttpRequest, item_id: int) -> HttpResponse:
        """One decision. A refusal is said on the page, which stays as it is."""
        item = self._item()
        verbs: dict[str, tuple[str, Callable[[HttpRequest, Item], str]]] = {
            "accept": ("todo.approve", self._accept),
            "edit": ("todo.approve", self._edit),
            "reject": ("todo.view", self._reject),
            "assign": ("todo.edit", self._assign),
        }
        if request.POST.get("do") not in verbs:
            raise BadRequest("what is to be done?")
        key, verb = verbs[request.POST["do"]]
        require(request.user, key)
        try:
            said = verb(request, item)
        except InvalidInputError as why:
            return self._refused(request, item, why)
        except DomainError as why:
            messages.warning(request, str(why))
            return redirect(self.link(item_id=item_id))
        messages.success(request, said)
        return redirect(self.link(item_id=item_id) if request.POST["do"] == "assign" else Inbox.link())

    def _refused(self, request: HttpRequest, item: Item, why: InvalidInputError) -> HttpResponse:
        corrected = request.POST if request.POST["do"] == "edit" and why.errors else None
        form = _form(item, registry.kind_if_known(item.kind), data=corrected)
        page = self.get_context_data(item=item, form=form, refusal=str(why))
        return self.render_to_response(page, status=422)

    def _accept(self, request: HttpRequest, item: Item) -> str:
        deciding.to_decide(self.person, item.pk)
        services.accept(item.pk, actor=Actor.of(self.person))
        return _t("“%(title)s” was accepted.") % {"title": item.title}

    def _edit(self, request: HttpRequest, item: Item) -> str:
        deciding.to_decide(self.person, item.pk)
        services.edit_and_accept(item.pk, edited=request.POST, actor=Actor.of(self.person))
        return _t("“%(title)s” was accepted as you corrected it.") % {"title": item.title}

    def _reject(self, request: HttpRequest, item: Item) -> str:
        deciding.to_turn_down(self.person, item.pk)
        services.reject(item.pk, actor=Actor.of(self.person), reason=request.POST.get("reason", ""))
        return _t("“%(title)s” was rejected.") % {"title": item.title}

    def _assign(self, request: HttpRequest, item: Item) -> str:
        deciding.to_decide(self.person, item.pk)
        asked = request.POST.get("to", "")
        to = deciding.colleague(item, asked) if asked else None
        services.assign(item.pk, to=to, actor=Actor.of(self.person))
        if to is None:
            return _t("“%(title)s” is given to nobody in particular.") % {"title": item.title}
        return _t("“%(title)s” is now with %(who)s.") % {"title": item.title, "who": to}


def _form(item: Item, kind: registry.ItemKind | None, *, data: Any = None) -> Form | None:
    return kind.edit_form(data=data, initial=item.after) if kind and kind.edit_form else None


def _lines(item: Item, kind: registry.ItemKind | None) -> Iterator[Line]:
    for name in _in_order(item, kind):
        was, asked = item.before.get(name), item.after.get(name)
        yield Line(
            title=kind.label_of(name) if kind else name,
            was=_shown(was),
            asked=_shown(asked),
            accepted=_shown((item.edited or {}).get(name)),
            is_changed=was != asked,
        )


def _in_order(item: Item, kind: registry.ItemKind | None) -> list[str]:
    """As the kind names its fields; the database keeps no order of its own."""
    named = list((kind.labels if kind else None) or {})
    present = {*item.before, *item.after, *(item.edited or {})}
    return [name for name in named if name in present] + sorted(present - set(named))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _t("Yes") if value else _t("No")
    if isinstance(value, dict):
        return _listed([f"{name} ({words})" if words else str(name) for name, words in value.items()])
    return _listed([str(part) for part in value]) if isinstance(value, list) else str(value)


def _listed(parts: list[str]) -> str:
    """The first of a list that may be long, a line each; all of it stands on the item itself."""
    more = len(parts) - MOST_LISTED
    told = "\n".join(parts[:MOST_LISTED])
    return told if more <= 0 else f"{told}\n" + _t("… and %(more)d more") % {"more": more}


def _happened(item: Item) -> Iterator[dict[str, Any]]:
    for entry in AuditEntry.objects.about(kind=item._meta.label_lower, subject_id=str(item.pk))[:50]:
        mark, tone = MARKS.get(entry.action, ("radio_button_unchecked", "quiet"))
        assigned = entry.after.get("assignee") if entry.action == "todo.assigned" else ""
        yield {
            "what": WORDS.get(entry.action, entry.action),
            "who": entry.actor_label,
            "at": entry.at,
            "note": entry.reason or assigned or "",
            "icon": mark,
            "tone": tone,
        }
