"""The permission keys there are, and what a role is given to begin with: ``permissions.toml``, read once."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = Path(__file__).with_name("permissions.toml")


class Role(StrEnum):
    """The roles that Larder comes with; the name of the Django group."""

    SUPER_ADMIN = "Super Admin"
    ADMIN = "Admin"
    CLERK = "Clerk"
    PACKER = "Packer"
    DRIVER = "Driver"


class Reach(StrEnum):
    """How far a right goes; the widest of several counts."""

    OWN = "own"  # what concerns the person himself
    DAY = "day"  # what is due today
    ALL = "all"


WIDEST_LAST: Final = (Reach.OWN, Reach.DAY, Reach.ALL)


class Held(NamedTuple):
    """One line of what a person was given or denied: a right as it is counted."""

    key: str
    source: str  # role | allow | deny
    reach: str
    role_id: int | None = None


@dataclass(frozen=True)
class Catalogue:
    """Every key, and every role's defaults."""

    categories: Mapping[str, tuple[str, ...]]
    menu: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, Reach]]  # role → key → how far
    narrower: Mapping[str, tuple[Reach, ...]] = field(default_factory=dict)  # category → reaches besides all

    @property
    def keys(self) -> frozenset[str]:
        """Every key that a person can hold."""
        return frozenset(_keys_of(self.categories)) | {f"menu:{page}" for page in self.menu}

    @property
    def ordered_keys(self) -> list[str]:
        """Every key as the file lists them, the menu's own last."""
        return [*_keys_of(self.categories), *(f"menu:{page}" for page in self.menu)]

    def reaches_of(self, key: str) -> tuple[Reach, ...]:
        """How far the key can go, everything first."""
        return (Reach.ALL, *self.narrower.get(key.partition(".")[0], ()))


class BadPermissionFileError(Exception):
    """The file of defaults contradicts itself; the text says where."""


def widest(reaches: Sequence[str]) -> Reach:
    """The reach that counts when several roles grant the same key."""
    return max((Reach(reach) for reach in reaches), key=WIDEST_LAST.index)


def is_wider(reach: Reach | None, than: Reach | None) -> bool:
    """Whether one reach goes further than another; None is no reach at all."""
    if reach is None or than is None:
        return reach is not None and than is None
    return WIDEST_LAST.index(reach) > WIDEST_LAST.index(than)


def effective(rows: Iterable[Held]) -> dict[str, Reach]:
    """What holds in the end: deny over allow over role, of several roles the widest."""
    by_role: dict[str, list[str]] = {}
    allowed: dict[str, Reach] = {}
    denied: set[str] = set()
    for key, source, reach, _role in rows:
        if source == "role":
            by_role.setdefault(key, []).append(reach)
        elif source == "allow":
            allowed[key] = Reach(reach)
        else:
            denied.add(key)
    held = {key: widest(reaches) for key, reaches in by_role.items()} | allowed
    return {key: reach for key, reach in held.items() if key not in denied}


def read_catalogue(text: str) -> Catalogue:
    """The catalogue that a file's text spells out. Raises BadPermissionFileError."""
    raw = tomllib.loads(text)
    categories = {name: tuple(actions) for name, actions in raw["categories"].items()}
    menu: dict[str, str] = raw["menu"]
    known = set(_keys_of(categories))
    for page, key in menu.items():
        if key not in known:
            raise BadPermissionFileError(f"menu page {page} follows {key}, which is no key")
    narrower = _narrower(raw.get("reaches", {}), categories)
    defaults = {
        role: _with_menu(_granted(role, given, categories), menu) for role, given in raw["roles"].items()
    }
    catalogue = Catalogue(categories, menu, defaults, narrower)
    _check_reaches(defaults, catalogue)
    return catalogue


def _narrower(
    given: Mapping[str, Sequence[str]], categories: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Reach, ...]]:
    for category in given:
        if category not in categories:
            raise BadPermissionFileError(f"{category} is given reaches, which is no category")
    return {category: tuple(Reach(reach) for reach in reaches) for category, reaches in given.items()}


def _check_reaches(defaults: Mapping[str, Mapping[str, Reach]], catalogue: Catalogue) -> None:
    for role, grants in defaults.items():
        for key, reach in grants.items():
            if reach not in catalogue.reaches_of(key):
                raise BadPermissionFileError(
                    f"role {role} is given {key} as far as {reach}, which it cannot go"
                )


def _keys_of(categories: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{category}.{action}" for category, actions in categories.items() for action in actions]


def _granted(
    role: str, given: Mapping[str, Mapping[str, Any]], categories: Mapping[str, tuple[str, ...]]
) -> dict[str, Reach]:
    granted: dict[str, Reach] = {}
    for category, line in given.items():
        if category not in categories:
            raise BadPermissionFileError(f"role {role} is given {category}, which is no category")
        actions = categories[category] if line["give"] == "all" else line["give"]
        for action in actions:
            if action not in categories[category]:
                raise BadPermissionFileError(f"role {role} is given {category}.{action}, which is no key")
            granted[f"{category}.{action}"] = Reach(line.get("only", Reach.ALL))
    return granted


def _with_menu(granted: Mapping[str, Reach], menu: Mapping[str, str]) -> dict[str, Reach]:
    return {**granted, **{f"menu:{page}": Reach.ALL for page, key in menu.items() if key in granted}}


CATALOGUE: Final = read_catalogue(FILE.read_text(encoding="utf-8"))
