"""The list page: what its template shows, and the three things that people do to a list itself.

Nothing here changes data on GET: saving a filter, choosing columns and exporting are POSTs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from apps.core import panels, saved_views
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.admin import exports
from apps.core.admin.columns import Kind, column_of
from apps.core.admin.filters import panel_filter
from apps.core.admin.pages import require
from apps.core.admin.rows import SHARES, Elsewhere, Listing, Segment
from apps.core.errors import DomainError
from apps.core.models import SavedView

NAME_LENGTH = 80
Answer = TypeVar("Answer")


class ListPages:
    """What an admin's list needs beyond Django's."""

    list_display: Sequence[Any]
    list_extra: ClassVar[Sequence[str]] = ()  # columns that *Columns* offers beside list_display
    list_totals: ClassVar[
        Mapping[str, models.Aggregate]
    ] = {}  # sums under columns, of the whole filtered list
    totals_note: ClassVar[str | Promise] = ""  # what the sums leave out
    on_phone: ClassVar[Sequence[str]] = ()  # up to three columns: beside the name, and two below it
    list_icon: ClassVar[str] = "inbox"
    empty_title: ClassVar[str | Promise] = ""
    empty_text: ClassVar[str | Promise] = ""
    own_parameters: ClassVar[frozenset[str]] = frozenset({"q", "o", "p", "e", "view", "_popup", "_to_field"})

    @property
    def page_name(self) -> str:
        """Under which name people keep filters and columns of this list."""
        return str(self.opts.label_lower)  # type: ignore[attr-defined]

    def taste(self, request: HttpRequest) -> "Taste":
        """How this person likes this list; asked once per request."""
        kept: dict[str, Taste] = request.__dict__.setdefault("_list_tastes", {})
        return kept.setdefault(self.page_name, Taste(self, request))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self.taste(request).shown

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]
        for part in panels.columns_for(rows.model, request.user):
            rows = part.annotate(rows)
        return rows  # type: ignore[no-any-return]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        offered = panels.filters_for(self.model, request.user)  # type: ignore[attr-defined]
        return [*self.list_filter, *map(panel_filter, offered)]  # type: ignore[attr-defined]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        response = super().changelist_view(request, extra_context)  # type: ignore[misc]
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            cl = response.context_data["cl"]
            listing = Listing(self, request, cl)
            response.context_data |= {"listing": listing, "title": listing.title, "breadcrumbs": []}
        return response  # type: ignore[no-any-return]

    def empty_action(self, request: HttpRequest) -> tuple[str, str]:
        """(address, words) of what would fill this list, when it is not an *Add* button."""
        return "", ""

    def segments(self, request: HttpRequest) -> Sequence[Segment]:
        """The lists that are one matter with this one, this one among them; none for a list by itself."""
        return ()

    def elsewhere(self, request: HttpRequest, words: str) -> Elsewhere | None:
        """What was searched for and lies in the list beside this one, if anything does."""
        return None

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered list as a file. A POST, so that no link elsewhere can start one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self.require(request, "export")  # type: ignore[attr-defined]
        changelist = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        asked = request.POST.get("format", "")
        file = heard(request, partial(exports.export, request, self, changelist, file_format=asked))
        return self._back(request) if file is None else file

    def save_view_view(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the filters of the address under a name."""
        self.require(request, "view")  # type: ignore[attr-defined]
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        name = " ".join(request.POST.get("name", "").split())
        shared = "shared" in request.POST
        if not 0 < len(name) <= NAME_LENGTH:
            messages.warning(request, _("Give the filter a name of 1 to 80 characters."))
            return self._back(request)
        if shared:
            require(request.user, SHARES)
        query = request.GET.copy()
        for word in ("p", "e", "view"):
            query.pop(word, None)
        keep = partial(saved_views.save_view, page=self.page_name, name=name, query=query.urlencode())
        columns, actor = self.taste(request).shown_names, Actor.of(request.user)
        kept = heard(request, partial(keep, columns=columns, is_shared=shared, actor=actor))
        if kept is None:
            return self._back(request)
        messages.success(request, _("Saved “%s”.") % kept.name)
        return redirect(f"{self.list_url()}?{kept.query}&view={kept.pk}")  # type: ignore[attr-defined]

    def remove_view_view(self, request: HttpRequest, view_id: int) -> HttpResponseBase:
        """Forget a saved filter."""
        self.require(request, "view")  # type: ignore[attr-defined]
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        may_share, actor = may(request.user, SHARES), Actor.of(request.user)
        remove = partial(saved_views.remove_view, view_id, page=self.page_name)
        name = heard(request, partial(remove, may_share=may_share, actor=actor))
        if name is not None:
            messages.success(request, _("Removed the saved filter “%s”.") % name)
        return self._back(request)

    def columns_view(self, request: HttpRequest) -> HttpResponseBase:
        """Remember which columns a person wants."""
        self.require(request, "view")  # type: ignore[attr-defined]
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        offered = self.taste(request).offered
        asked = [] if "reset" in request.POST else request.POST.getlist("column")
        columns = [name for name in asked if name in offered]
        saved_views.choose_columns(self.page_name, columns=columns, actor=Actor.of(request.user))
        return self._back(request)

    def _back(self, request: HttpRequest) -> HttpResponse:
        """To the list as it was narrowed."""
        query = request.GET.urlencode()
        return redirect(f"{self.list_url()}?{query}" if query else self.list_url())  # type: ignore[attr-defined]


def heard(request: HttpRequest, verb: Callable[[], Answer]) -> Answer | None:
    """What a verb answers; a refusal becomes a message to the person, and no answer."""
    try:
        return verb()
    except DomainError as why:
        messages.warning(request, str(why))
        return None


class Taste:
    """One person's columns and saved filters of one list."""

    def __init__(self, admin: Any, request: HttpRequest) -> None:
        self.admin, self.request = admin, request
        self.actor = Actor.of(request.user)

    @cached_property
    def views(self) -> list[SavedView]:
        return list(saved_views.views_of(self.admin.page_name, actor=self.actor))

    @cached_property
    def view(self) -> SavedView | None:
        """The saved filter that the address names."""
        asked = self.request.GET.get("view", "")
        return next((view for view in self.views if str(view.pk) == asked), None)

    @cached_property
    def offered(self) -> dict[str, Any]:
        """Every column there is, by name: the list's own, its extra ones, and those of upper apps."""
        own = {name: name for name in (*self.admin.list_display, *self.admin.list_extra)}
        return own | {part.name: panel_column(part) for part in self._parts}

    @cached_property
    def _parts(self) -> list[panels.Column]:
        return panels.columns_for(self.admin.model, self.request.user)

    @cached_property
    def shown(self) -> list[Any]:
        """The columns to show; the first is the name and always there."""
        default = [*self.admin.list_display, *(part.name for part in self._parts if part.is_usual)]
        saved = self.view.columns if self.view else []
        chosen = saved or saved_views.columns_of(self.admin.page_name, actor=self.actor) or default
        names = [default[0], *(name for name in chosen if name != default[0])]
        return [self.offered[name] for name in names if name in self.offered]

    @property
    def shown_names(self) -> list[str]:
        return [column_of(self.admin, entry).name for entry in self.shown]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(name, heading, whether shown) of each column but the first, which cannot go."""
        columns = [column_of(self.admin, entry) for entry in self.offered.values()][1:]
        return [(column.name, column.label, column.name in self.shown_names) for column in columns]


def panel_column(part: panels.Column) -> Any:
    """An upper app's column, as Django's list_display takes it."""

    def value(record: models.Model) -> Any:
        return part.value(record)

    value.__name__ = part.name
    value.kind = Kind(part.kind)  # type: ignore[attr-defined]
    value.short_description = part.title  # type: ignore[attr-defined]
    value.admin_order_field = part.ordering  # type: ignore[attr-defined]
    return value
