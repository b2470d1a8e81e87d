"""What one person may do: what his roles give, what is decided for him alone, what holds in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.accounts import preview, services, wording
from apps.accounts.errors import StaleReviewError
from apps.accounts.models import Right, User
from apps.accounts.permissions import CATALOGUE, is_wider
from apps.accounts.reports import KeyLine, RightsOf
from apps.accounts.services import Override
from apps.accounts.services.reviewing import OverridesReview
from apps.core.actors import Actor, Person
from apps.core.admin.pages import Crumb, StaffPage, require, staff_page

FIELD: Final = "own "  # before the key, in the name of its field
THEN: Final = ">"  # in its value, between what stood when the page was shown and what was chosen
AS_ROLE: Final = ""
Wanted = Mapping[str, Override | None]


@dataclass(frozen=True)
class Choice:
    """One of the things that can be decided for a person about a key."""

    value: str
    words: str
    is_chosen: bool
    is_closed: bool  # the one who looks lacks the key: he cannot give it


@dataclass(frozen=True)
class Shown:
    """A line as the page shows it: what stands, and what is chosen and not saved yet."""

    line: KeyLine
    title: str
    choices: list[Choice]
    is_pending: bool

    @property
    def as_it_stands(self) -> str:
        """The value that changes nothing."""
        return field_value(self.line.own, self.line.own)


def value_of(own: Override | None) -> str:
    """As the field holds it: "", "deny", "allow all"."""
    if own is None:
        return AS_ROLE
    return own.source.value if own.source == Right.Source.DENY else f"{own.source.value} {own.reach.value}"


def field_value(was: Override | None, chosen: Override | None) -> str:
    """What the field sends: what was not touched says so, even if somebody else has changed it meanwhile."""
    return f"{value_of(was)}{THEN}{value_of(chosen)}"


def options_for(key: str) -> list[Override | None]:
    """Everything that can be decided about a key."""
    allowed = [Override(Right.Source.ALLOW, reach) for reach in CATALOGUE.reaches_of(key)]
    return [None, *allowed, Override(Right.Source.DENY)]


@staff_page
class PersonRights(StaffPage):
    """The rights of one member of staff."""

    permission_key = "users.view"
    route = "settings/staff/<int:user_id>/rights/"
    url_name = "staff_rights"
    template_name = "accounts/person_rights.html"

    @cached_property
    def person(self) -> User:
        """Whose rights they are. Raises Http404."""
        found = User.objects.filter(pk=self.kwargs["user_id"]).prefetch_related("groups").first()
        if found is None:
            raise Http404("There is no such member of staff.")
        return found

    @property
    def title(self) -> str:  # type: ignore[override]  # told anew for each request
        return _now("Rights of %(name)s") % {"name": self.person}

    @property
    def actor(self) -> Actor:
        return Actor.of(cast("Person", self.request.user))

    @property
    def own_link(self) -> str:
        """This page, as narrowed as it is."""
        link = self.link(user_id=self.person.pk)
        return f"{link}?show=otherwise" if self.only_otherwise else link

    @property
    def only_otherwise(self) -> bool:
        """Whether to show only what differs from the roles."""
        return self.request.GET.get("show") == "otherwise"

    def breadcrumbs(self) -> list[Crumb]:
        profile = reverse("admin:accounts_user_change", args=[self.person.pk])
        staff = Crumb(_("Staff"), reverse("admin:accounts_user_changelist"))
        return [staff, Crumb(str(self.person), profile)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rights, pending = RightsOf(self.person), kwargs.get("pending", {})
        kept_from = services.why_not_his_rights(self.actor, self.person)
        lines = rights.lines()
        shown = [
            line for line in lines if line.is_otherwise or line.key in pending or not self.only_otherwise
        ]
        return super().get_context_data(**kwargs) | {
            "person": self.person,
            "groups": self._grouped(shown, pending),
            "counts": rights.counts,
            "held": len(rights.result),
            "otherwise": sum(line.is_otherwise for line in lines),
            "only_otherwise": self.only_otherwise,
            "own_link": self.own_link,
            "kept_from": kept_from,
            "may_edit": not kept_from,
            "may_preview": preview.may_preview(self.request.user),
            "wording": wording.menu_pages(),
        }

    def _grouped(self, lines: list[KeyLine], pending: Wanted) -> list[tuple[str, list[Shown]]]:
        pages, found = wording.menu_pages(), dict[str, list[Shown]]()
        for line in lines:
            title = wording.action_words(line.key, pages)
            group = wording.category_words(wording.category_of(line.key))
            is_pending = line.key in pending and pending[line.key] != line.own
            shown = Shown(line, title, self._choices(line, pending.get(line.key, line.own)), is_pending)
            found.setdefault(group, []).append(shown)
        return list(found.items())

    def _choices(self, line: KeyLine, chosen: Override | None) -> list[Choice]:
        viewer = cast("User", self.request.user)
        return [
            Choice(
                field_value(line.own, own),
                wording.override_words(own),
                own == chosen,
                own is not None
                and own.source == Right.Source.ALLOW
                and own != line.own
                and is_wider(own.reach, viewer.reach_of(line.key)),
            )
            for own in options_for(line.key)
        ]

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """The first post shows what will change; the second, which has seen just that, saves it."""
        require(request.user, "users.edit")
        wanted = _wanted(request)
        review = services.review_overrides(self.person, wanted)
        seen = request.POST.get("seen", "")
        if not seen or not review.changes:
            return self._reviewed(wanted, review)
        try:
            saved = services.set_overrides(
                self.person.pk,
                wanted,
                actor=self.actor,
                seen=seen,
                reason=request.POST.get("reason", "").strip()[:500],
            )
        except StaleReviewError as why:
            return self._reviewed(wanted, review, refusal=str(why))
        said = ngettext(
            "%(count)d right of %(name)s was set.",
            "%(count)d rights of %(name)s were set.",
            len(saved.changes),
        )
        messages.success(request, said % {"count": len(saved.changes), "name": self.person})
        return redirect(self.own_link)

    def _reviewed(self, wanted: Wanted, review: OverridesReview, refusal: str = "") -> HttpResponse:
        self.person.forget_rights()
        page = self.get_context_data(
            pending=wanted, review=review, refusal=refusal, reason=self.request.POST.get("reason", "")
        )
        return self.render_to_response(page, status=409 if refusal else 200)


def _wanted(request: HttpRequest) -> dict[str, Override | None]:
    """What was chosen anew; everything else stays as it is."""
    found: dict[str, Override | None] = {}
    for name, value in request.POST.items():
        key = name.removeprefix(FIELD)
        was, _then, chosen = str(value).partition(THEN)
        if key != name and was != chosen:
            found[key] = _override(key, chosen)
    return found


def _override(key: str, value: str) -> Override | None:
    known = {value_of(own): own for own in options_for(key)} if key in CATALOGUE.keys else {}
    if value not in known:
        raise BadRequest(f"“{value}” cannot be decided about “{key}”")
    return known[value]
