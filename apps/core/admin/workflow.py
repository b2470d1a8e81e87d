"""Pages of several steps: one decision a step, the state on the server, left and taken up at any time.

A workflow declares its steps and what happens at the end; the rest is here::

    @staff_page
    class AddStaff(WorkflowPage):
        kind = "accounts.add_staff"
        steps = (Step("who", _("Who"), WhoForm, _("Who is it?")), …)

        def finish(self, answers, *, actor): …
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from apps.core import drafts
from apps.core.actors import Actor
from apps.core.admin.pages import StaffPage
from apps.core.errors import DomainError
from apps.core.models import Draft

Cleaned = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Step:
    """One decision. Fields in ``secret`` are asked again each time and never kept."""

    name: str
    title: str | Promise
    form: type[forms.Form]
    question: str | Promise
    secret: frozenset[str] = frozenset()
    template_name: str = "larder/parts/workflow_step.html"


class WorkflowPage(StaffPage):
    """A workflow in the admin's frame. A step opens once those before it are answered."""

    template_name = "larder/parts/workflow_page.html"
    kind: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]
    next_label: ClassVar[str | Promise]
    leave_to: ClassVar[str] = "admin:index"

    def finish(self, cleaned: Cleaned, *, actor: Actor) -> str:
        """Do it, by a service; says where to go on. A DomainError goes back to the field it names."""
        raise NotImplementedError

    def summary(self, cleaned: Cleaned) -> str:
        """What has been decided so far, in one line above the foot's buttons."""
        return ""

    def form_arguments(self, step: Step) -> dict[str, Any]:
        """What a step's form needs besides what was typed."""
        return {}

    # --- what is kept -------------------------------------------------------------------------------------

    @cached_property
    def actor(self) -> Actor:
        return Actor.of(self.request.user)

    @cached_property
    def draft(self) -> Draft | None:
        return drafts.draft_of(self.kind, actor=self.actor)

    @cached_property
    def answers(self) -> dict[str, dict[str, list[str]]]:
        return dict(self.draft.answers) if self.draft else {}

    @cached_property
    def cleaned(self) -> dict[str, dict[str, Any]]:
        """The answers of the steps before the first that is not answered yet."""
        found: dict[str, dict[str, Any]] = {}
        for step in self.steps:
            if step.secret or step.name not in self.answers:
                break
            form = self._form(step, _typed(self.answers[step.name]))
            if not form.is_valid():
                break
            found[step.name] = form.cleaned_data
        return found

    @cached_property
    def step(self) -> Step:
        """The step that is asked for, no further than the first that is not answered."""
        within = self.steps[: len(self.cleaned) + 1]
        wanted = self.request.GET.get("step") or (self.draft.step if self.draft else "")
        return next((step for step in within if step.name == wanted), within[-1])

    def _form(self, step: Step, typed: QueryDict | None) -> forms.Form:
        return step.form(typed, **self.form_arguments(step))

    # --- requests -----------------------------------------------------------------------------------------

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.answers.get(self.step.name)
        form = kwargs.pop("form", None) or self.step.form(
            initial=_initial(self.step, kept or {}), **self.form_arguments(self.step)
        )
        here = self.steps.index(self.step)
        return super().get_context_data(**kwargs) | {
            "form": form,
            "step": self.step,
            "steps": [self._shown(step, at, here) for at, step in enumerate(self.steps)],
            "back_link": f"?step={self.steps[here - 1].name}" if here else "",
            "is_last": here == len(self.steps) - 1,
            "next_label": self.next_label,
            "sum": self.summary(self.cleaned),
            "draft": self.draft,
            "cleaned": self.cleaned,
        }

    def _shown(self, step: Step, at: int, here: int) -> dict[str, Any]:
        state = "now" if at == here else "done" if at < here else "ahead"
        reachable = at <= len(self.cleaned) and at != here
        return {"title": step.title, "state": state, "link": f"?step={step.name}" if reachable else ""}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        then = request.POST.get("then")
        if then == "over":
            drafts.drop(self.kind, actor=self.actor)
            return redirect(request.path)
        if request.GET.get("step", self.step.name) != self.step.name:
            return self._behind()
        self._keep(self.step, request.POST)
        if then == "leave":
            messages.success(
                request, _("Kept. “%(title)s” goes on where you left it.") % {"title": self.title}
            )
            return redirect(self.leave_to)
        form = self._form(self.step, request.POST)
        return self._go_on(form) if form.is_valid() else self._again(form)

    def _behind(self) -> HttpResponse:
        """What was sent is of a step that is not open: an earlier answer no longer holds. Show that one."""
        form = self._form(self.step, _typed(self.answers.get(self.step.name, {})))
        form.is_valid()
        return self._again(form)

    def _keep(self, step: Step, typed: QueryDict) -> None:
        """Keep what was typed, right or wrong, but for secrets."""
        given = {name: typed.getlist(name) for name in step.form.base_fields if name in typed}
        kept = {name: values for name, values in given.items() if name not in step.secret}
        self.answers[step.name] = kept
        drafts.keep(self.kind, step=step.name, answers=self.answers, actor=self.actor)

    def _go_on(self, form: forms.Form) -> HttpResponse:
        """To the next step, or to the end."""
        cleaned = self.cleaned | {self.step.name: form.cleaned_data}
        here = self.steps.index(self.step)
        if here < len(self.steps) - 1:
            return redirect(f"{self.request.path}?step={self.steps[here + 1].name}")
        try:
            done = self.finish(cleaned, actor=self.actor)
        except DomainError as why:
            return self._refused(form, why)
        drafts.drop(self.kind, actor=self.actor)
        return redirect(done)

    def _refused(self, form: forms.Form, why: DomainError) -> HttpResponse:
        """Say it at the field that it is about, on whichever step that stands."""
        field = why.errors[0].field if why.errors else ""
        about = next((step for step in self.steps if field in step.form.base_fields), self.step)
        if about is self.step:
            form.add_error(field if field in form.fields else None, str(why))
            return self._again(form)
        self.step = about
        elsewhere = self._form(about, _typed(self.answers.get(about.name, {})))
        elsewhere.is_valid()
        elsewhere.add_error(field, str(why))
        return self._again(elsewhere)

    def _again(self, form: forms.Form) -> HttpResponse:
        """The step with what was typed and what is wrong with it."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _typed(kept: Mapping[str, list[str]]) -> QueryDict:
    """What was kept, as if it had just been sent."""
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    return data


def _initial(step: Step, kept: Mapping[str, list[str]]) -> dict[str, Any]:
    """What a step shows when it is opened again."""
    fields = step.form.base_fields.items()
    many = {name for name, field in fields if isinstance(field, forms.MultipleChoiceField)}
    return {name: values if name in many else values[-1] for name, values in kept.items() if values}
