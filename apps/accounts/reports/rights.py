"""What one person may do and why, as the pages and the API tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from apps.accounts.models import Reason, Right, User
from apps.accounts.permissions import CATALOGUE, Held, Reach, Role, effective, is_wider, widest
from apps.accounts.services import Override
from apps.accounts.services.guarding import MANAGERS
from apps.accounts.services.reviewing import grants_of, overrides_of
from apps.core.admin.menu import MenuEntry, menu_entries
from apps.core.models import AuditEntry

GIVERS_NAMED: Final = 6


@dataclass(frozen=True)
class FromRole:
    """One key of one role: what the role gives by now, and what this person holds from it."""

    role: str
    gives: Reach | None
    held: Reach | None

    @property
    def is_behind(self) -> bool:
        """Whether the role was changed without applying it to its people."""
        return self.gives != self.held


@dataclass(frozen=True)
class KeyLine:
    """One key of one person: from his roles, for him alone, and in the end."""

    key: str
    roles: tuple[FromRole, ...]
    own: Override | None
    result: Reach | None

    @property
    def is_otherwise(self) -> bool:
        """Whether it is anything but what his roles give by now."""
        given = [line.gives for line in self.roles if line.gives]
        return self.own is not None or self.result != (widest(given) if given else None)


class RightsOf:
    """Everything that one person may do, by three queries."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def rows(self) -> list[Held]:
        return self.person.held_rights

    @cached_property
    def result(self) -> dict[str, Reach]:
        """What holds in the end, whether or not he may sign in."""
        return effective(self.rows)

    @cached_property
    def own(self) -> dict[str, Override]:
        return overrides_of(self.rows)

    @cached_property
    def _roles(self) -> list[tuple[str, Mapping[str, Reach], Mapping[str, Reach]]]:
        """(role, what it gives by now, what he holds from it)."""
        groups = sorted(self.person.groups.all(), key=lambda group: group.pk)
        given = grants_of([group.pk for group in groups])
        held = {
            group.pk: {row.key: Reach(row.reach) for row in self.rows if row.role_id == group.pk}
            for group in groups
        }
        return [(group.name, given[group.pk], held[group.pk]) for group in groups]

    def line(self, key: str) -> KeyLine:
        """What there is to say of one key."""
        roles = tuple(FromRole(name, given.get(key), held.get(key)) for name, given, held in self._roles)
        return KeyLine(key, roles, self.own.get(key), self.result.get(key))

    def lines(self) -> list[KeyLine]:
        """Every key there is, in the order of the catalogue."""
        return [self.line(key) for key in CATALOGUE.ordered_keys]

    @property
    def counts(self) -> dict[str, int]:
        """How many keys his roles give, how many more he has, how many of them he lacks: they add up."""
        given = {row.key for row in self.rows if row.role_id is not None}
        held = set(self.result)
        return {"role": len(given), "allow": len(held - given), "deny": len(given - held)}


@dataclass(frozen=True)
class MenuLine:
    """Why an entry of the menu is shown to the person or hidden from him."""

    entry: MenuEntry
    missing: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        return self.entry.is_there and not self.missing


@dataclass(frozen=True)
class Answer:
    """Why a person holds a key or lacks it, and what could be done about it."""

    person: User
    reason: Reason
    line: KeyLine
    decided_at: AuditEntry | None  # who allowed or denied it to him alone
    givers: tuple[User, ...]
    menu: tuple[MenuLine, ...]

    @property
    def givers_named(self) -> tuple[User, ...]:
        return self.givers[:GIVERS_NAMED]

    @property
    def givers_unnamed(self) -> int:
        return max(0, len(self.givers) - GIVERS_NAMED)

    @property
    def sentence(self) -> str:
        """What decides, in words."""
        roles = ", ".join(self.reason.roles)
        said = {
            "inactive": _("He is stopped from signing in: who may not sign in holds no right."),
            "deny": _("It was denied to this person alone. That beats whatever roles give."),
            "allow": _("It was allowed to this person alone. That beats what roles give."),
            "role": _("It comes from: %(roles)s.") % {"roles": roles},
            "nothing": _("No role of this person gives it, and it was not allowed to this person alone."),
        }
        return said[self.reason.decided_by]


def why(person: User, key: str) -> Answer:
    """Everything that is known about one key of one person."""
    rights = RightsOf(person)
    entries = [entry for entry in menu_entries() if key in (entry.key, entry.menu_key)]
    return Answer(
        person=person,
        reason=person.why(key),
        line=rights.line(key),
        decided_at=_set_alone(person, key) if key in rights.own else None,
        givers=tuple(givers_of(key, person)),
        menu=tuple(MenuLine(entry, tuple(entry.missing(person))) for entry in entries),
    )


def _set_alone(person: User, key: str) -> AuditEntry | None:
    """The latest act by which the key was allowed or denied to the person alone."""
    about = AuditEntry.objects.about(kind=person._meta.label_lower, subject_id=str(person.pk))
    return about.filter(action__startswith="user.right", after__has_key=key).order_by("-id").first()


def givers_of(key: str, person: User) -> list[User]:
    """Who could give the person the key in full: who manages staff, may change him, and holds it himself."""
    needed = {Role.SUPER_ADMIN.value} if Role.SUPER_ADMIN in person.role_names else MANAGERS
    able = User.objects.get_queryset().able_to_sign_in().exclude(pk=person.pk)
    managers = list(able.filter(groups__name__in=needed).distinct().order_by("full_name", "pk"))
    rights = Right.objects.by_person([manager.pk for manager in managers])
    held = {pk: effective(rows) for pk, rows in rights.items()}
    return [
        manager
        for manager in managers
        if "users.edit" in held[manager.pk] and not is_wider(Reach.ALL, held[manager.pk].get(key))
    ]
