"""The permission keys there are, and what a role is given to begin with: ``permissions.toml``, read once."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

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


@dataclass(frozen=True)
class Catalogue:
    """Every key, and every role's defaults."""

    categories: Mapping[str, tuple[str, ...]]
    menu: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, Reach]]  # role → key → how far

    @property
    def keys(self) -> frozenset[str]:
        """Every key that a person can hold."""
        return frozenset(_keys_of(self.categories)) | {f"menu:{page}" for page in self.menu}


class BadPermissionFileError(Exception):
    """The file of defaults contradicts itself; the text says where."""


def widest(reaches: Sequence[str]) -> Reach:
    """The reach that counts when several roles grant the same key."""
    return max((Reach(reach) for reach in reaches), key=WIDEST_LAST.index)


def read_catalogue(text: str) -> Catalogue:
    """The catalogue that a file's text spells out. Raises BadPermissionFileError."""
    raw = tomllib.loads(text)
    categories = {name: tuple(actions) for name, actions in raw["categories"].items()}
    menu: dict[str, str] = raw["menu"]
    known = set(_keys_of(categories))
    for page, key in menu.items():
        if key not in known:
            raise BadPermissionFileError(f"menu page {page} follows {key}, which is no key")
    defaults = {
        role: _with_menu(_granted(role, given, categories), menu) for role, given in raw["roles"].items()
    }
    return Catalogue(categories=categories, menu=menu, defaults=defaults)


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
