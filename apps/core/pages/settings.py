"""Settings: groups left, entries right, one Save per group that first shows what changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from apps.core import options
from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import InvalidInputError
from apps.core.options import Change, ChangedMeanwhileError, Option, Section
from apps.core.pages.entries import Entry, Form, entries, form_of, of_group, page_link, seal

__all__ = ["Entry", "SettingsPage"]
LONGEST_REASON = 500


@dataclass(frozen=True)
class GroupLink:
    """A group in the list on the left."""

    title: str
    link: str
    icon: str
    active: bool
    elsewhere: bool  # it has a page of its own
    changed: int


@dataclass(frozen=True)
class SectionLinks:
    """Groups under one head."""

    title: str | Promise
    groups: list[GroupLink]


@staff_page
class SettingsPage(StaffPage):
    """What staff may tune."""

    title = _("Settings")
    permission_key = "settings.view"
    route = "settings/"
    url_name = "settings"
    template_name = "settings/settings.html"

    def breadcrumbs(self) -> list[Crumb]:
        return []

    @property
    def group(self) -> str:
        """The group that is open; the first when none, or one that is none, was asked for."""
        keys = [key for key in options.group_keys() if not page_link(key)]
        asked = self.request.GET.get("group", "")
        return asked if asked in keys else keys[0]

    @property
    def search(self) -> str:
        """What is looked for in all groups; empty while one group is open."""
        return self.request.GET.get("q", "").strip()[:100]

    @property
    def own_link(self) -> str:
        """This page, with the group that is open."""
        return f"{self.link()}?group={self.group}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        search = self.search
        form: Form = kwargs.get("form", Form())
        errors: Mapping[str, str] = kwargs.get("errors", {})
        found = matching(search) if search else of_group(self.group)
        shown = list(entries(found, form=form, errors=errors))
        moved = set(form.moved())
        return super().get_context_data(**kwargs) | {
            "lead": _("What the shop may tune. Every change is kept with who made it."),
            "sections": list(self._sections()),
            "group_title": _title(self.group),
            "group_about": str(options.parts_of(self.group)[0].about),
            "entries": shown,
            "first_wrong": next((entry.option.key for entry in shown if entry.error), ""),
            "moved": [entry for entry in shown if entry.option.key in moved],
            "search": search,
            "own_link": self.own_link,
            "may_see_audit": may(self.request.user, "audit.view"),
            "may_edit": may(self.request.user, "settings.edit")
            and not (search or all(options.is_fixed(option) for option in found)),
        }

    def _sections(self) -> Iterator[SectionLinks]:
        for section in Section:
            keys = [key for key in options.group_keys() if options.parts_of(key)[0].section == section]
            if keys:
                yield SectionLinks(section.label, [self._link(key) for key in keys])

    def _link(self, key: str) -> GroupLink:
        changed = sum(
            options.value_of(option) != option.default
            for option in of_group(key)
            if not options.is_fixed(option)
        )
        own_page = page_link(key)
        is_open = key == self.group and not self.search
        return GroupLink(
            title=_title(key),
            link=own_page or f"?group={key}",
            icon=options.parts_of(key)[0].icon,
            active=is_open,
            elsewhere=bool(own_page) and not is_open,
            changed=changed,
        )

    @method_decorator(never_cache)  # the answer may hold a secret that was typed a moment ago
    def post(self, request: HttpRequest) -> HttpResponse:
        """The first post shows what will change; the second, which has seen just that, saves it."""
        require(request.user, "settings.edit")
        options.forget()  # what others have saved counts from here on
        form = form_of(request, self.group)
        try:
            coming = options.changes(form.wanted())
            if request.POST.get("seen") != seal(coming) or not coming or "reset" in request.POST:
                return self._review(form, coming)
            return self._saved(request, form, coming)
        except ChangedMeanwhileError:
            return self._review(form, options.changes(form.wanted()))
        except InvalidInputError as why:
            errors = {error.field: error.message for error in why.errors}
            page = self.get_context_data(form=form, errors=errors, refusal=str(why))
            return self.render_to_response(page, status=422)

    def _review(self, form: Form, coming: list[Change]) -> HttpResponse:
        page = self.get_context_data(form=form, changes=coming, seal=seal(coming))
        return self.render_to_response(page)

    def _saved(self, request: HttpRequest, form: Form, coming: list[Change]) -> HttpResponse:
        actor = Actor.of(cast("Person", request.user))
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        made = options.save(form.wanted(), actor=actor, reason=reason, seen=coming)
        said = ngettext("%(count)d setting was changed.", "%(count)d settings were changed.", len(made))
        messages.success(request, said % {"count": len(made)})
        return redirect(self.own_link)


def _title(group: str) -> str:
    return str(options.parts_of(group)[0].title)


def matching(search: str) -> list[Option[Any]]:
    """Settings whose words hold everything that was typed, wherever they are set; by their titles first."""
    words = search.casefold().split()
    every = [option for key in options.group_keys() for option in of_group(key)]
    found = [option for option in every if _has(words, _text(option))]
    return sorted(found, key=lambda option: not _has(words, str(option.title)))


def _has(words: list[str], text: str) -> bool:
    return all(word in text.casefold() for word in words)


def _text(option: Option[Any]) -> str:
    title = _title(option.group_key)
    return " ".join([title, str(option.title), str(option.hint), option.key, option.variable])
