"""What staff can do to a record from a list or a profile.

unfold runs its actions on GET and lets everyone run one that names no permission. Here every action is
made by :func:`writes`: GET only shows a dialog, the act itself is a POST with a CSRF token, and the
permission is asked for by name and for the very record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from apps.core.actors import Actor
from apps.core.admin.columns import Words
from apps.core.admin.pages import Crumb
from apps.core.errors import DomainError

AT_ONCE: Final = 1000  # records that one bulk action touches within a request
PREVIEWED: Final = 5
REFUSALS_SHOWN: Final = 5


class DialogForm(BaseDialogForm):
    """Asks nothing but to confirm; subclasses add what the act needs, such as a reason."""


Act = Callable[..., str | None]


@dataclass(frozen=True)
class Dialog:
    """What a person reads before an act, and the button that does it."""

    title: Words
    sentence: Words
    button: Words
    form: type[DialogForm]
    danger: bool = False

    def as_unfold(self) -> Mapping[str, Any]:
        """The same as unfold's menus want it: with it they open a dialog instead of following a link."""
        return {
            "title": self.title,
            "description": self.sentence,
            "form_class": self.form,
            "form_submit_text": self.button,
        }


def writes(
    *,
    permission: str,
    title: Words,
    button: Words,
    done_by: Words = "",
    sentence: Words = "",
    form: type[DialogForm] = DialogForm,
    icon: str = "",
    danger: bool = False,
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Act], Any]:
    """Make a method ``act(self, record, *, actor, form)`` an action for rows, profiles and selections.

    ``permission`` is the x of ``has_x_permission``; ``when`` hides the action from records that it does
    not suit (the act itself must refuse them too). The act returns the sentence to show, if it has a
    better one than *Done*, and raises ``DomainError`` to refuse. ``done_by`` is the dialog's own button,
    where the word that opens it is not what it then does: *Edit* opens, *Save profile* saves.
    """
    if "." in permission:
        raise TypeError("Name the permission, not Django's codename: its check reads a table not yet made.")
    dialog = Dialog(title, sentence, done_by or button, form, danger)

    def decorate(act: Act) -> Any:
        @wraps(act)
        def door(admin: Any, request: HttpRequest, chosen: Any = None, **where: Any) -> HttpResponse | None:
            work = _Work(admin, request, act, dialog, permission)
            if isinstance(chosen, QuerySet):
                return work.on_many(chosen, action=act.__name__)
            return work.on_one(where["object_id"])

        for name, value in {
            "allowed_permissions": (permission,),
            "short_description": button,
            "icon": icon,
            "variant": ActionVariant.DANGER if danger else ActionVariant.DEFAULT,
            "attrs": {},
            "dialog": dialog.as_unfold(),
            "original_function_name": act.__name__,
            "when": when or (lambda record: True),
            "is_dangerous": danger,
            "writes": True,
        }.items():
            setattr(door, name, value)
        return door

    return decorate


def at_fields(form: Any, why: DomainError) -> str:
    """Put each complaint at its field; what no field of the form is about stays for the top."""
    told = [error for error in why.errors if error.field in form.fields]
    for error in told:
        form.add_error(error.field, error.message)
    return "" if told and len(told) == len(why.errors) else str(why)


@dataclass(frozen=True)
class _Work:
    """One request to an action: ask, or do."""

    admin: Any
    request: HttpRequest
    act: Act
    dialog: Dialog
    permission: str

    def on_one(self, object_id: str) -> HttpResponse:
        record = self.admin.get_object(self.request, object_id)
        if record is None:
            raise Http404(f"There is no {self.admin.opts.verbose_name} {object_id}.")
        self._check(record)
        form, refusal = self._form(object_id), ""
        if self._submitted and form.is_valid():
            try:
                said = self._do(record, form)
            except DomainError as why:
                refusal = at_fields(form, why)
            else:
                messages.success(self.request, said or self._done(1))
                return self._back()
        return self._ask(form, [record], count=1, refusal=refusal)

    def on_many(self, chosen: QuerySet[Any], *, action: str) -> HttpResponse:
        self._check(None)
        ids = list(chosen.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
        form, too_many = self._form(None), len(ids) > AT_ONCE
        if self._submitted and not too_many and form.is_valid():
            self._do_each(ids, form)
            return self._back()
        refusal = (
            gettext("At most 1,000 are changed at once: narrow the list with a filter.") if too_many else ""
        )
        preview = list(self.admin.get_queryset(self.request).filter(pk__in=ids[:PREVIEWED]))
        return self._ask(form, preview, count=min(len(ids), AT_ONCE), action=action, refusal=refusal)

    @property
    def _submitted(self) -> bool:
        return self.request.method == "POST" and "_form_submitted" in self.request.POST

    def _check(self, record: Model | None) -> None:
        if not getattr(self.admin, f"has_{self.permission}_permission")(self.request, record):
            self.admin.require(self.request, self.admin.key_actions.get(self.permission, self.permission))
            raise PermissionDenied  # he holds the right, but not for this record

    def _form(self, object_id: str | None) -> Any:
        given = self.request.POST if self._submitted else None
        return self.dialog.form(request=self.request, object_id=object_id, data=given)

    def _do(self, record: Model, form: Any) -> str | None:
        return self.act(self.admin, record, actor=Actor.of(self.request.user), form=form)

    def _do_each(self, ids: Iterable[Any], form: Any) -> None:
        """Each record by itself: one refusal says so and stops no other."""
        done, refused = 0, []
        for record in self.admin.get_queryset(self.request).filter(pk__in=list(ids)):
            try:
                self._check(record)
                self._do(record, form)
            except PermissionDenied:
                refused.append(f"{record}: {_('you may not do this here.')}")
            except DomainError as why:
                refused.append(f"{record}: {why}")
            else:
                done += 1
        if done:
            messages.success(self.request, self._done(done))
        for sentence in refused[:REFUSALS_SHOWN]:
            messages.warning(self.request, sentence)
        if len(refused) > REFUSALS_SHOWN:
            rest = len(refused) - REFUSALS_SHOWN
            messages.warning(
                self.request, ngettext("%d more was refused.", "%d more were refused.", rest) % rest
            )

    def _done(self, count: int) -> str:
        names = self.admin.opts.verbose_name if count == 1 else self.admin.opts.verbose_name_plural
        return f"{self.dialog.button}: {count:,} {names}."

    def _ask(
        self, form: Any, preview: list[Any], *, count: int, refusal: str = "", action: str = ""
    ) -> HttpResponse:
        post = self.request.POST
        context = {
            "dialog": self.dialog,
            "form": form,
            "refusal": refusal,
            "preview": preview,
            "count": count,
            "unseen": count - len(preview),
            "opts": self.admin.opts,
            "action": action,
            "selected": post.getlist(helpers.ACTION_CHECKBOX_NAME) if action else (),
            "select_across": post.get("select_across", "0"),
        }
        if "HX-Request" in self.request.headers:
            return render(self.request, "larder/list/dialog.html", context)
        frame = self.admin.admin_site.each_context(self.request)
        page = {
            "title": self.dialog.title,
            "breadcrumbs": self._trail(),
            "back_link": self._came_from(preview),
        }
        return render(self.request, "larder/list/dialog_page.html", frame | context | page)

    def _trail(self) -> list[Crumb]:
        return [Crumb(str(capfirst(self.admin.opts.verbose_name_plural)), self.admin.list_url())]

    def _came_from(self, preview: list[Any]) -> str:
        """Where *Cancel* leads: to the one record's profile, or to the list of several."""
        asked = self.request.resolver_match
        if asked is None or "object_id" not in asked.kwargs:
            return str(self.admin.list_url())
        return reverse(self.admin.url_of("change"), args=[preview[0].pk])

    def _back(self) -> HttpResponse:
        """Show the page that the dialog was opened on again, where the messages wait."""
        if "HX-Request" in self.request.headers:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect(self.admin.list_url())
