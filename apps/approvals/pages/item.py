"""One item: what is and what is to be, side by side, and the decision."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.approvals import deciding, gone, reading, registry, services
from apps.approvals.models import Item
from apps.approvals.pages.inbox import Inbox
from apps.approvals.states import ItemState
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import DomainError, InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from apps.core.trail import here_of

MARKS = {"todo.accepted": ("check", "well"), "todo.rejected": ("close", "act")}


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
            "subject_link": _subject_link(item, kind),
            "lines": reading.lines(item, kind),
            "is_gone": item.state == ItemState.OPEN and gone.is_gone(item),
            "may_decide": decides and may_approve,
            "may_take_back": item.state == ItemState.OPEN and is_own,
            "may_assign": decides and may(self.person, "todo.edit"),
            "is_own": is_own,
            "is_mine": item.assignee_id == self.person.pk,
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
        services.accept(item.pk, seen=_seen(request), actor=Actor.of(self.person))
        return _t("“%(title)s” was accepted.") % {"title": item.title}

    def _edit(self, request: HttpRequest, item: Item) -> str:
        deciding.to_decide(self.person, item.pk)
        services.edit_and_accept(
            item.pk, edited=request.POST, seen=_seen(request), actor=Actor.of(self.person)
        )
        return _t("“%(title)s” was accepted as you corrected it.") % {"title": item.title}

    def _reject(self, request: HttpRequest, item: Item) -> str:
        deciding.to_turn_down(self.person, item.pk)
        services.reject(item.pk, actor=Actor.of(self.person), reason=request.POST.get("reason", ""))
        return _t("“%(title)s” was rejected.") % {"title": item.title}

    def _assign(self, request: HttpRequest, item: Item) -> str:
        deciding.to_decide(self.person, item.pk)
        asked = str(self.person.pk) if "me" in request.POST else request.POST.get("to", "")
        to = deciding.colleague(item, asked) if asked else None
        services.assign(item.pk, to=to, actor=Actor.of(self.person))
        if to is None:
            return _t("“%(title)s” is given to nobody in particular.") % {"title": item.title}
        return _t("“%(title)s” is now with %(who)s.") % {"title": item.title, "who": to}


def _subject_link(item: Item, kind: registry.ItemKind | None) -> str:
    """Where its kind says, or the profile of the row that it is about; empty where there is neither."""
    if kind and kind.url:
        return kind.url(item)
    try:
        name = f"admin:{item.subject_kind.replace('.', '_')}_change"
        return reverse(name, args=[item.subject_id]) if item.subject_id else ""
    except NoReverseMatch:
        return ""


def _seen(request: HttpRequest) -> int:
    """The revision that the page showed; a form without it is broken."""
    text = request.POST.get("seen", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadRequest("which revision was looked at?")
    return int(text)


def _form(item: Item, kind: registry.ItemKind | None, *, data: Any = None) -> Form | None:
    return kind.edit_form(data=data, initial=item.after) if kind and kind.edit_form else None


def _happened(item: Item) -> Iterator[dict[str, Any]]:
    for entry in AuditEntry.objects.about(kind=item._meta.label_lower, subject_id=str(item.pk))[:50]:
        mark, tone = MARKS.get(entry.action, ("radio_button_unchecked", "quiet"))
        assigned = entry.after.get("assignee") if entry.action == "todo.assigned" else ""
        yield {
            "what": here_of(entry.action),
            "who": entry.actor_label,
            "at": entry.at,
            "note": entry.reason or assigned or "",
            "icon": mark,
            "tone": tone,
        }
