"""The profile page: what a record is on the left, what happened to it on the right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString

from apps.core import panels
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Words, column_of
from apps.core.admin.history import Happening, history_of
from apps.core.admin.rows import RowAction
from apps.core.panels import Drawn

ASIDE: Final = "ll-aside"  # the element beside the list that asks for a profile without its frame

Shown = SafeString | str | Promise | Chip


@dataclass(frozen=True)
class Facts:
    """A card of a profile: a title and the fields, or the admin's methods, that stand in it."""

    title: Words
    names: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table on a profile: the lines of an order, the barcodes of a product."""

    title: Words
    heads: Sequence[tuple[Words, bool]]  # (words, whether figures stand under it)
    rows: Sequence[Sequence[Shown]]
    nothing: Words = ""
    foot: Sequence[Sequence[Shown]] = field(default=())
    more: Words = ""

    @property
    def is_wide(self) -> bool:
        """Whether a phone has no room for its columns side by side."""
        return len(self.heads) > 3

    @property
    def marked_rows(self) -> list[list[tuple[Shown, bool, Words]]]:
        """Each cell with whether it is a figure, and what stands above it."""
        return [self._marked(row) for row in self.rows]

    @property
    def marked_foot(self) -> list[list[tuple[Shown, bool, Words]]]:
        return [self._marked(row) for row in self.foot]

    def _marked(self, row: Sequence[Shown]) -> list[tuple[Shown, bool, Words]]:
        return [(shown, is_figure, words) for shown, (words, is_figure) in zip(row, self.heads, strict=True)]


@dataclass(frozen=True)
class Notice:
    """What has to be read before all else, in the tone of a status."""

    chip: Chip
    text: str


class ProfilePages:
    """What an admin's record page needs beyond Django's."""

    facts: ClassVar[Sequence[Facts]] = ()
    edited: ClassVar[Sequence[str]] = ()  # the fields that the form on the profile changes
    form_title: ClassVar[Words] = ""

    def facts_for(self, record: Any, request: HttpRequest) -> Sequence[Facts]:
        """The cards of lines that this person may read."""
        return self.facts

    def profile_title(self, record: Any) -> str:
        """What stands at the top."""
        return str(record)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        """Up to three figures that say how it stands."""
        return ()

    def portrait(self, record: Any) -> SafeString | str:
        """A picture of it and what is to be said of that, beside the figures; for those that have one."""
        return ""

    def profile_chips(self, record: Any) -> Sequence[Chip]:
        """What stands beside the name."""
        return ()

    def notice(self, record: Any) -> Notice | None:
        """What stands above everything, where something has to be said."""
        return None

    def tables(self, record: Any, request: HttpRequest) -> Sequence[Table]:
        """What it consists of."""
        return ()

    def happenings(self, record: Any) -> list[Happening]:
        """What happened to it, newest first."""
        return history_of(record)

    def strip(self, record: Any, request: HttpRequest) -> dict[str, Any] | None:
        """What stands in the *from ERPNext* strip; nothing for records of our own."""
        return None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """Only what may be changed is in the form: the rest is plain text on the profile."""
        return list(self.edited)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        record = context.get("original")
        if record is not None:
            profile = Profile(self, request, record)
            context |= {
                "profile": profile,
                "title": self.profile_title(record),
                "subtitle": None,
                "chips": profile.chips,
            }
        response = super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
        if request.headers.get("HX-Target") == ASIDE and isinstance(response, TemplateResponse):
            response.template_name = "larder/list/aside.html"
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response  # type: ignore[no-any-return]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The history stands on the profile itself."""
        return self.change_view(request, object_id, "", extra_context)  # type: ignore[attr-defined,no-any-return]


class Profile:
    """Everything that the profile template shows of one record."""

    def __init__(self, admin: Any, request: HttpRequest, record: models.Model) -> None:
        self.admin, self.request, self.record = admin, request, record

    @cached_property
    def chips(self) -> list[Chip]:
        return list(self.admin.profile_chips(self.record))

    @cached_property
    def notice(self) -> Notice | None:
        return self.admin.notice(self.record)  # type: ignore[no-any-return]

    @cached_property
    def portrait(self) -> SafeString | str:
        return self.admin.portrait(self.record)  # type: ignore[no-any-return]

    @cached_property
    def key_figures(self) -> list[tuple[Words, Shown]]:
        return list(self.admin.key_figures(self.record))

    @cached_property
    def facts(self) -> list[tuple[Words, list[tuple[str, Shown]]]]:
        """(title, its lines) of each card."""
        shown: Sequence[Facts] = self.admin.facts_for(self.record, self.request)
        return [(group.title, [self._line(name) for name in group.names]) for group in shown]

    def _line(self, name: str) -> tuple[str, Shown]:
        column = column_of(self.admin, name)
        return column.label, column.cell(self.record, self.admin)

    @cached_property
    def tables(self) -> list[Table]:
        return list(self.admin.tables(self.record, self.request))

    @cached_property
    def happenings(self) -> list[Happening]:
        return self.admin.happenings(self.record)  # type: ignore[no-any-return]

    @cached_property
    def strip(self) -> dict[str, Any] | None:
        return self.admin.strip(self.record, self.request)  # type: ignore[no-any-return]

    @cached_property
    def strip_tools(self) -> list[str]:
        """The HTML of what upper apps put into that strip, for this person."""
        offered = panels.strip_tools_for(type(self.record), self.request.user)
        return [self._drawn(part) for part in offered if part.is_shown(self.record)]

    @cached_property
    def panels(self) -> list[tuple[str, Words, str]]:
        """(name, title, HTML) of what upper apps put here, for this person."""
        offered = panels.panels_for(type(self.record), self.request.user)
        return [(part.name, part.title, self._drawn(part)) for part in offered if part.is_shown(self.record)]

    def _drawn(self, part: Drawn) -> str:
        shown = {**part.facts(self.record, self.request), "record": self.record}
        return render_to_string(part.template_name, shown, self.request)

    @cached_property
    def actions(self) -> list[RowAction]:
        """What can be done to it: the admin's own dialogs, then those of upper apps."""
        own = [
            RowAction(str(action.description), self._link(action), action.icon, action.method.is_dangerous)
            for action in self.admin.get_actions_detail(self.request, self.record.pk)
            if self.admin.offers(action.method, self.request, self.record)
        ]
        offered = panels.actions_for(type(self.record), self.request.user)
        return own + [
            RowAction(str(part.title), part.url(self.record), part.icon, is_dangerous=False, is_page=True)
            for part in offered
            if part.is_shown(self.record)
        ]

    def _link(self, action: Any) -> str:
        return str(self.admin.action_url(action.action_name, self.record))

    @property
    def tabs(self) -> list[tuple[Words, str]]:
        """(title, address) of what upper apps show on a tab of their own."""
        offered = panels.tabs_for(type(self.record), self.request.user)
        return [(part.title, part.url(self.record)) for part in offered]
