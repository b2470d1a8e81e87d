"""Settings as a form: what it shows of each, what came back, and what of that is a change.

Every field comes with what it showed when the page was opened (``was:<key>``). Only a field that a person
touched is his change; what someone else saved meanwhile stays, and he is told of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import options
from apps.core.models import AuditEntry
from apps.core.options import Change, Option

REMOVE = "remove:"  # before the name of a secret: it is to be forgotten, not left as it is
WAS = "was:"


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
    def was(self) -> str:
        """What the field shows while nobody touches it."""
        return self.option.typed(self.value)

    @property
    def default_shown(self) -> str:
        return self.option.shown(self.option.default)

    @property
    def is_default(self) -> bool:
        return bool(self.value == self.option.default)

    @property
    def is_a_list(self) -> bool:
        """Whether one of a few words is chosen; then the default is one of them, and marked."""
        return is_a_list(self.option)

    @property
    def picked(self) -> str:
        """The word that such a list shows as chosen: the default's where nothing is."""
        return self.typed or self.option.typed(self.option.default)

    @property
    def marked(self) -> list[tuple[str, str]]:
        """What such a list offers, each once, with a word to the one that holds by itself."""
        default = self.option.typed(self.option.default)
        offered = [*([] if default else [("", _("Not set"))]), *self.choices]
        return [
            (word, _("%(word)s (default)") % {"word": said} if word == default else said)
            for word, said in offered
        ]

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """What a list of words offers; what is chosen and has gone stands in it too, or it would be lost."""
        if self.option.widget == "flag":
            return [("true", _("Yes")), ("false", _("No"))]
        if self.option.widget not in {"choice", "several"}:
            return []
        offered = [(word, str(said)) for word, said in getattr(self.option, "choices", {}).items()]
        known = {word for word, _said in offered}
        gone = [word for word in (*self.chosen, *_listed(self.value)) if word and word not in known]
        return [*offered, *((word, _("%(word)s (gone)") % {"word": word}) for word in dict.fromkeys(gone))]

    @cached_property
    def chosen(self) -> list[str]:
        """The words that are ticked or selected, as they were sent."""
        if self.option.widget != "several":
            return [self.typed]
        try:
            return list(self.option.parse(self.typed) or ())
        except ValueError:
            return []

    @property
    def amiss(self) -> str:
        """What is wrong with the value that holds, as things stand."""
        told = "" if self.error else self.option.amiss(self.value)
        return f"{told[:1].upper()}{told[1:]}." if told else ""

    @property
    def page_link(self) -> str:
        """The page of its own where it is set; empty for those that are set on the settings page."""
        return page_link(self.option.group_key)

    @property
    def link(self) -> str:
        """Where it is set."""
        return link_to(self.option)

    @property
    def group_title(self) -> str:
        """What that is called."""
        return str(options.parts_of(self.option.group_key)[0].title)


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def is_a_list(option: Option[Any]) -> bool:
    """Whether a person chooses it from a list that has the default in it."""
    return option.widget in {"flag", "choice"}


def page_link(group: str) -> str:
    """The page of its own where a group is set; empty for those that are set on the settings page."""
    page = options.parts_of(group)[0].page
    return reverse(f"admin:{page}") if page else ""


def group_link(group: str) -> str:
    """Where a group is set."""
    return page_link(group) or f"{reverse('admin:settings')}?group={group}"


def link_to(option: Option[Any]) -> str:
    """Where a setting is set."""
    return f"{group_link(option.group_key)}#{option.key}"


@dataclass(frozen=True)
class Form:
    """What was sent of one group. ``was`` lacks what a form without memory sends."""

    typed: Mapping[str, str] = field(default_factory=dict)
    was: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    def is_touched(self, key: str) -> bool:
        return key in self.typed and self.typed[key] != self.was.get(key)

    def wanted(self) -> dict[str, str | None]:
        """What to save: of secrets what was typed or removed, of the rest what was touched and is not so."""
        return dict(self._wanted())

    def _wanted(self) -> Iterator[tuple[str, str | None]]:
        for key, typed in self.typed.items():
            option = options.option_called(key)
            if option is None:
                continue
            if option.is_secret:
                if typed or key in self.removed:
                    yield key, typed or None
            elif self.is_touched(key) and typed != option.typed(options.value_of(option)):
                is_default = is_a_list(option) and typed == option.typed(option.default)
                yield key, "" if is_default else typed  # to choose the default is to put it back

    def moved(self) -> list[str]:
        """The settings that someone else has changed since this form was opened."""
        return [key for key, was in self.was.items() if was != _typed_now(key)]


def _typed_now(key: str) -> str:
    option = options.option_called(key)
    return "" if option is None else option.typed(options.value_of(option))


def form_of(request: HttpRequest, group: str) -> Form:
    """What was sent of this group; a field that was not sent is a broken form."""
    resets = request.POST.get("reset", "")
    typed, was, removed = {}, {}, set()
    for option in of_group(group):
        if options.is_fixed(option):
            continue
        key = option.key
        if key not in request.POST:
            raise BadRequest(f"{key} is missing")
        typed[key] = "" if key == resets else option.posted(request.POST.getlist(key))
        if f"{WAS}{key}" in request.POST and not option.is_secret:
            was[key] = request.POST[f"{WAS}{key}"]
        if option.is_secret and request.POST.get(f"{REMOVE}{key}"):
            removed.add(key)
    return Form(typed=typed, was=was, removed=frozenset(removed))


def of_group(key: str) -> list[Option[Any]]:
    """What a group holds: what is to be set, and below it the facts of the deployment."""
    found = [option for part in options.parts_of(key) for option in part.own_options()]
    return sorted(found, key=lambda option: bool(option.setting))


def entries(found: Iterable[Option[Any]], *, form: Form, errors: Mapping[str, str]) -> Iterator[Entry]:
    """Settings as the page shows them: a field that was touched keeps what was typed."""
    found = list(found)
    last = options.last_changes([option.key for option in found])
    for option in found:
        value = options.value_of(option)
        keeps = form.is_touched(option.key)
        yield Entry(
            option=option,
            value=value,
            typed=form.typed[option.key] if keeps else option.typed(value),
            error=errors.get(option.key, ""),
            last=last.get(option.key),
        )


def seal(coming: list[Change]) -> str:
    """What was shown, in short: when anything else would be saved, it is shown again first."""
    told = [(change.option.key, str(change.before), str(change.after)) for change in coming]
    return sha256(repr(told).encode()).hexdigest() if told else ""
