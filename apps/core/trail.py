"""How the shop calls what the audit trail holds: each app says it of its own acts, in an ``acts.py``.

An entry keeps the key, for good; the words may change. A key that no release knows any longer is taken apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = str | Promise

# What Django's forms and every list do, to records of whatever kind.
TO_ANY: Final[Mapping[str, tuple[Words, Words]]] = {
    "added": (pgettext_lazy("act", "Added"), gettext_lazy("%(record)s added")),
    "changed": (pgettext_lazy("act", "Changed"), gettext_lazy("%(record)s changed")),
    "removed": (pgettext_lazy("act", "Removed"), gettext_lazy("%(record)s removed")),
    "exported": (pgettext_lazy("act", "Exported"), gettext_lazy("%(records)s exported")),
}


@dataclass(frozen=True)
class Act:
    """Something that is done and written down."""

    key: str
    title: Words  # where the thing must be said: in the whole trail
    here: Words  # on the thing's own timeline


_acts: dict[str, Act] = {}


def register(key: str, title: Words, *, here: Words) -> None:
    """Say how an act is called. Raises ValueError when another has its key."""
    act = Act(key, title, here)
    if _acts.setdefault(key, act) != act:
        raise ValueError(f"there is another act called “{key}”")


def act_of(key: str) -> Act | None:
    """What an act is called; None for one that nobody registered and that is not done to any record."""
    return _acts.get(key) or _to_any(key)


def title_of(key: str) -> str:
    """ "App key made" for ``app_key.made``: what happened, and to what kind of thing."""
    act = act_of(key)
    return str(act.title) if act else _taken_apart(key)


def here_of(key: str) -> str:
    """ "Made" for ``app_key.made``: what happened, where it is plain to what."""
    act = act_of(key)
    return str(act.here) if act else _taken_apart(key.rpartition(".")[2])


def _to_any(key: str) -> Act | None:
    model, _dot, verb = key.rpartition(".")
    if verb not in TO_ANY or model not in _records():
        return None
    one, many = _records()[model]
    here, title = TO_ANY[verb]
    named = {"record": capfirst(str(one)), "records": capfirst(str(many))}
    return Act(key, str(title) % named, here)


@cache
def _records() -> dict[str, tuple[Words, Words]]:
    """How the shop calls one record and many, by the model's name."""
    ours = (model._meta for model in apps.get_models() if model.__module__.startswith("apps."))
    return {str(meta.model_name): (meta.verbose_name or "", meta.verbose_name_plural or "") for meta in ours}


def _taken_apart(key: str) -> str:
    return str(capfirst(key.replace(".", " ").replace("-", " ").replace("_", " ")))
