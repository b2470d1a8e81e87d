"""Settings that are chosen from what the database offers just now, such as the price lists that were read.

What was chosen stays chosen when it goes: whoever reads the setting gets it still, its page says that it is
no longer there, and a save that would choose it (again) is refused.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.core.options.kinds import Option, Words

LONGEST: Final = 200  # characters of one name
MOST: Final = 300  # names
Offers = Callable[[], Iterable[str]]


class OneOf(Option[str]):
    """One name of those that are offered."""

    widget = "choice"

    def __init__(
        self, title: Words, *, default: str | None, offers: Offers, source: Words, **rest: Any
    ) -> None:
        super().__init__(title, default=default, **rest)
        self.offers, self.source = offers, source  # source: “the price lists read from ERPNext”

    @property
    def choices(self) -> dict[str, Words]:
        """What may be chosen now."""
        return {name: name for name in self.offers()}

    def read(self, raw: Any) -> str:
        return str(raw).strip()

    def check(self, value: str) -> None:
        _check_name(value)

    def amiss(self, value: Any) -> str:
        if value is None or value in set(self.offers()):
            return ""
        return _("“%(value)s” is not among %(source)s") % {"value": value, "source": self.source}

    @property
    def bounds(self) -> str:
        return _("one of %(source)s") % {"source": self.source}


class Several(Option[tuple[str, ...]]):
    """Some of the names that are offered; none chosen is unset, which ``unset`` puts into words (“all”)."""

    widget = "several"

    def __init__(self, title: Words, *, offers: Offers, source: Words, unset: Words, **rest: Any) -> None:
        super().__init__(title, default=None, **rest)
        self.offers, self.source, self.unset = offers, source, unset

    @property
    def choices(self) -> dict[str, Words]:
        """What may be chosen now."""
        return {name: name for name in self.offers()}

    def parse(self, raw: Any) -> tuple[str, ...] | None:
        return super().parse(raw) or None

    def read(self, raw: Any) -> tuple[str, ...]:
        """A list; typed, as JSON (a name may hold any comma) or as one name alone."""
        names = raw if isinstance(raw, list | tuple) else self._listed(str(raw).strip())
        if not all(isinstance(name, str) for name in names):
            raise ValueError(_("a list of names, and nothing else"))
        return tuple(sorted({name.strip() for name in names} - {""}))

    def _listed(self, text: str) -> Sequence[Any]:
        if not text.startswith("["):
            return [text]
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as why:
            raise ValueError(_('this is no list; write ["One", "Another"]')) from why
        return listed if isinstance(listed, list) else [listed]

    def check(self, value: tuple[str, ...]) -> None:
        if len(value) > MOST:
            raise ValueError(_("at most %(most)d names") % {"most": MOST})
        for name in value:
            _check_name(name)

    def amiss(self, value: Any) -> str:
        gone = sorted(set(value or ()) - set(self.offers()))
        if not gone:
            return ""
        named = ", ".join(f"“{name}”" for name in gone)
        return _("%(named)s: not among %(source)s") % {"named": named, "source": self.source}

    def posted(self, sent: Sequence[str]) -> str:
        return self.typed(tuple(sorted({name for name in sent if name})))

    def stored(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def shown(self, value: Any) -> str:
        return ", ".join(value) if value else str(self.unset)

    def typed(self, value: Any) -> str:
        return json.dumps(list(value), ensure_ascii=False) if value else ""

    @property
    def bounds(self) -> str:
        return _("some of %(source)s") % {"source": self.source}


def _check_name(name: str) -> None:
    if len(name) > LONGEST:
        raise ValueError(_("no name has more than %(most)d characters") % {"most": LONGEST})
    if "\x00" in name:
        raise ValueError(_("no NUL characters"))
