"""Settings: groups left, entries right, one Save per group that first shows what changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from apps.core import options
from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page
from apps.core.errors import InvalidInputError
from apps.core.models import AuditEntry
from apps.core.options import Change, Option

REMOVE = "remove:"  # before the name of a secret: it is to be forgotten, not left as it is


@dataclass(frozen=True)
class Entry:
    """One setting as the page shows it."""

    option: Option[Any]
    value: Any
    typed: str
    error: str
    last: AuditEntry | None

    @property
    def is_fixed(self) -> bool:
        return options.is_fixed(self.option)

    @property
    def shown(self) -> str:
        return self.option.shown(self.value)

    @property
    def default_shown(self) -> str:
        return self.option.shown(self.option.default)

    @property
    def is_default(self) -> bool:
        return bool(self.value == self.option.default)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a list of words offers; the empty one is the default."""
        if self.option.widget == "flag":
            return [("true", _t("Yes")), ("false", _t("No"))]
        return [(word, str(said)) for word, said in getattr(self.option, "choices", {}).items()]


@dataclass(frozen=True)
class GroupLink:
    """A group in the list on the left."""

    title: str
    link: str
    active: bool
    changed: int


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
        keys = [key for key in options.group_keys() if not _page(key)]
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
        given: Mapping[str, str] = kwargs.get("given", {})
        errors: Mapping[str, str] = kwargs.get("errors", {})
        found = list(_matching(search)) if search else list(_of_group(self.group))
        return super().get_context_data(**kwargs) | {
            "lead": _("What the shop may tune. Every change is kept with who made it."),
            "groups": [
                self._link(key, active=key == self.group and not search) for key in options.group_keys()
            ],
            "group_title": _title(self.group),
            "group_about": str(options.parts_of(self.group)[0].about),
            "entries": list(_entries(found, given=given, errors=errors)),
            "search": search,
            "own_link": self.own_link,
            "may_edit": may(self.request.user, "settings.edit")
            and not (search or all(options.is_fixed(option) for option in found)),
        }

    def _link(self, key: str, *, active: bool) -> GroupLink:
        changed = sum(
            options.value_of(option) != option.default
            for option in _of_group(key)
            if not options.is_fixed(option)
        )
        link = reverse(f"admin:{_page(key)}") if _page(key) else f"?group={key}"
        return GroupLink(title=_title(key), link=link, active=active, changed=changed)

    @method_decorator(never_cache)  # the answer may hold a secret that was typed a moment ago
    def post(self, request: HttpRequest) -> HttpResponse:
        """The first post shows what will change; the second, which has seen just that, saves it."""
        require(request.user, "settings.edit")
        given = _given(request, self.group)
        try:
            coming = options.changes(_wanted(given))
        except InvalidInputError as why:
            errors = {error.field: error.message for error in why.errors}
            page = self.get_context_data(given=given, errors=errors, refusal=str(why))
            return self.render_to_response(page, status=422)
        if request.POST.get("seen") != _seal(coming):
            page = self.get_context_data(given=given, changes=coming, seal=_seal(coming))
            return self.render_to_response(page)
        return self._saved(request, given)

    def _saved(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        actor = Actor.of(cast("Person", request.user))
        made = options.save(_wanted(given), actor=actor, reason=request.POST.get("reason", "").strip())
        said = ngettext("%(count)d setting was changed.", "%(count)d settings were changed.", len(made))
        messages.success(request, said % {"count": len(made)})
        return redirect(self.own_link)


def _title(group: str) -> str:
    return str(options.parts_of(group)[0].title)


def _page(group: str) -> str:
    """The page of its own where a group is set; empty for those that are set here."""
    return options.parts_of(group)[0].page


def _of_group(key: str) -> Iterator[Option[Any]]:
    for part in options.parts_of(key):
        yield from part.own_options()


def _matching(search: str) -> Iterator[Option[Any]]:
    """Settings whose words hold everything that was typed."""
    words = search.casefold().split()
    here = (option for key in options.group_keys() if not _page(key) for option in _of_group(key))
    for option in here:
        text = " ".join(
            [_title(option.key.split(".")[0]), str(option.title), str(option.hint), option.key]
        ).casefold()
        if all(word in text for word in words):
            yield option


def _entries(
    found: list[Option[Any]], *, given: Mapping[str, str], errors: Mapping[str, str]
) -> Iterator[Entry]:
    last = options.last_changes([option.key for option in found])
    for option in found:
        value = options.value_of(option)
        yield Entry(
            option=option,
            value=value,
            typed=given.get(option.key, option.typed(value)),
            error=errors.get(option.key, ""),
            last=last.get(option.key),
        )


def _given(request: HttpRequest, group: str) -> dict[str, str]:
    """What was typed into the fields of this group; a field that was not sent is a broken form."""
    given = {}
    for option in _of_group(group):
        if not options.is_fixed(option):
            typed = request.POST.get(option.key)
            if typed is None:
                raise BadRequest(f"{option.key} is missing")
            given[option.key] = typed
            if option.is_secret and request.POST.get(f"{REMOVE}{option.key}"):
                given[f"{REMOVE}{option.key}"] = "on"
    return given


def _wanted(given: Mapping[str, str]) -> dict[str, str | None]:
    """What to save: of secrets only what was typed or removed, of the rest what is not so already."""
    wanted: dict[str, str | None] = {}
    for key, typed in given.items():
        option = options.option_called(key)
        if option is None:
            continue
        if option.is_secret and not typed:
            if f"{REMOVE}{key}" in given:
                wanted[key] = None
        elif typed != option.typed(options.value_of(option)):
            wanted[key] = typed
    return wanted


def _seal(coming: list[Change]) -> str:
    """What was shown, in short: when anything else would be saved, it is shown again first."""
    told = [(change.option.key, str(change.before), str(change.after)) for change in coming]
    return sha256(repr(told).encode()).hexdigest() if told else ""
