"""The types of a setting: how each is read from what a person typed, kept as JSON, and shown."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar, overload

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.figures import number_text
from apps.core.options import reading

if TYPE_CHECKING:
    from apps.core.options.groups import OptionGroup

Words = str | Promise
T_co = TypeVar("T_co", covariant=True)
UNITS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
TRUE: Final = frozenset({"true", "on", "yes", "1"})
FALSE: Final = frozenset({"false", "off", "no", "0"})
CITED: Final = 60  # characters of what was typed that a refusal repeats


def cited(typed: Any) -> str:
    """What was typed, as a refusal repeats it: enough to know it by, whatever somebody pasted."""
    text = str(typed)
    return text if len(text) <= CITED else f"{text[:CITED]}…"


class Option(Generic[T_co]):
    """One typed setting of a group, read as an attribute of the group. ``None`` is unset; zero is a value."""

    widget: ClassVar[str] = "text"
    is_secret: ClassVar[bool] = False
    template_name: ClassVar[str] = ""  # how it is typed in, where that is none of the common ways

    def __init__(
        self,
        title: Words,
        *,
        default: Any,
        hint: Words = "",
        unit: Words = "",
        setting: str = "",
    ) -> None:
        self.title, self.hint, self.unit = title, hint, unit
        self.default = default
        self.setting = setting  # a deployment fact that is shown here and set by the environment only

    def __set_name__(self, owner: "type[OptionGroup]", name: str) -> None:
        self.name = name
        self.group_key, self.key = owner.key, f"{owner.key}.{name}"

    @overload
    def __get__(self, group: None, owner: "type[OptionGroup]") -> Self: ...
    @overload
    def __get__(self, group: "OptionGroup", owner: "type[OptionGroup]") -> T_co: ...
    def __get__(self, group: "OptionGroup | None", owner: "type[OptionGroup]") -> T_co | Self:
        return self if group is None else reading.value_of(self)

    @property
    def variable(self) -> str:
        """The environment variable that fixes this option where it is set."""
        return self.setting or f"OPTION_{self.key.replace('.', '_').upper()}"

    def parse(self, raw: Any) -> T_co | None:
        """What was typed or sent, as a value; None for nothing. Raises ValueError with a sentence."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        try:
            value = self.read(raw)
            self.check(value)
        except ArithmeticError as why:  # 999999999 w, or 1e999999: more than such a value can hold
            raise ValueError(_("“%(raw)s” is out of all bounds") % {"raw": cited(raw)}) from why
        return value

    def read(self, raw: Any) -> T_co:
        raise NotImplementedError

    def check(self, value: Any) -> None:
        """Raises ValueError for a value outside of what makes sense."""

    def amiss(self, value: Any) -> str:
        """What is wrong with a value as things stand, such as a choice that has gone; a save refuses it.

        Asked by who saves or shows a setting, never by who reads it: it may ask the database.
        """
        return ""

    def posted(self, sent: Sequence[str]) -> str:
        """What a form sent for this option, as one would type it."""
        return sent[-1] if sent else ""

    def stored(self, value: Any) -> Any:
        """As JSON."""
        return value

    def shown(self, value: Any) -> str:
        """For a person to read."""
        return "—" if value is None else str(value)

    def typed(self, value: Any) -> str:
        """As the person would type it."""
        return "" if value is None else str(value)

    @property
    def bounds(self) -> str:
        """What is allowed, in words, where a table of all settings says so."""
        return ""


class Text(Option[str]):
    """One line of words, or several."""

    def __init__(
        self, title: Words, *, default: str | None, longest: int = 200, lines: int = 1, **rest: Any
    ) -> None:
        super().__init__(title, default=default, **rest)
        self.longest, self.lines = longest, lines

    def read(self, raw: Any) -> str:
        return str(raw).strip()

    def check(self, value: str) -> None:
        if len(value) > self.longest:
            raise ValueError(_("at most %(most)s characters, not %(has)s") % _has(self.longest, len(value)))
        if "\x00" in value:
            raise ValueError(_("no NUL characters"))
        if self.lines == 1 and len(value.splitlines()) > 1:
            raise ValueError(_("one line only"))

    @property
    def bounds(self) -> str:
        return _("at most %(most)s characters") % {"most": number_text(self.longest)}


def _has(most: int, has: int) -> dict[str, str]:
    return {"most": number_text(most), "has": number_text(has)}


class Secret(Text):
    """Words that are written and never shown again."""

    widget = "secret"
    is_secret = True

    def shown(self, value: Any) -> str:
        return "—" if value is None else "•••"

    def typed(self, value: Any) -> str:
        return ""


Bounded = TypeVar("Bounded", bound=int | Decimal | timedelta)


class _Between(Option[Bounded]):
    """A quantity with bounds that are part of what is allowed."""

    def __init__(
        self,
        title: Words,
        *,
        default: Bounded | None,
        least: Bounded | None = None,
        most: Bounded | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(title, default=default, **rest)
        self.least, self.most = least, most

    def check(self, value: Any) -> None:
        if self.least is not None and value < self.least:
            raise ValueError(_("at least %(least)s") % {"least": self.shown(self.least)})
        if self.most is not None and value > self.most:
            raise ValueError(_("at most %(most)s") % {"most": self.shown(self.most)})

    @property
    def bounds(self) -> str:
        if self.least is None:
            return ""
        if self.most is None:
            return _("at least %(least)s") % {"least": self.shown(self.least)}
        return f"{self.shown(self.least)} – {self.shown(self.most)}"

    def shown(self, value: Any) -> str:
        unit = str(self.unit)
        return f"{self.figure(value)}{'' if unit in {'', '%'} else ' '}{unit}" if value is not None else "—"

    def figure(self, value: Any) -> str:
        """The quantity without its unit, for a person to read."""
        return self.typed(value)


class _Figure(_Between[Bounded]):
    """A number: one is typed plainly, and read with its thousands apart."""

    widget = "number"

    def figure(self, value: Any) -> str:
        return number_text(value)


class Whole(_Figure[int]):
    """A whole number."""

    def read(self, raw: Any) -> int:
        text = str(raw).strip()
        if isinstance(raw, bool) or not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            raise ValueError(_("“%(raw)s” is not a whole number") % {"raw": cited(raw)})
        return int(text)


class Number(_Figure[Decimal]):
    """A number with decimal places."""

    def __init__(self, title: Words, *, default: Decimal | None, places: int = 2, **rest: Any) -> None:
        super().__init__(title, default=default, **rest)
        self.places = places

    def read(self, raw: Any) -> Decimal:
        try:
            value = Decimal(str(raw).strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if isinstance(raw, bool) or not value.is_finite():
            raise ValueError(_("“%(raw)s” is not a number") % {"raw": cited(raw)})
        return value

    def check(self, value: Decimal) -> None:
        super().check(value)
        if value != round(value, self.places):
            raise ValueError(_("at most %(places)d decimal places") % {"places": self.places})

    def stored(self, value: Decimal) -> str:
        return str(value)


class Percent(Number):
    """A share of a hundred, typed with or without its sign."""

    def __init__(
        self, title: Words, *, default: str, least: str = "0", most: str = "100", **rest: Any
    ) -> None:
        bounds = {"least": Decimal(least), "most": Decimal(most)}
        super().__init__(title, default=Decimal(default), places=1, unit="%", **bounds, **rest)

    def read(self, raw: Any) -> Decimal:
        return super().read(raw.strip().removesuffix("%") if isinstance(raw, str) else raw)


class Duration(_Between[timedelta]):
    """A span of time, typed as “10 min”, “48 h” or “35 d”."""

    def read(self, raw: Any) -> timedelta:
        if isinstance(raw, timedelta):
            return raw
        if isinstance(raw, int) and not isinstance(raw, bool):
            return timedelta(seconds=raw)
        found = re.fullmatch(r"(\d{1,9})\s*(s|min|h|d|w)", str(raw).strip(), re.ASCII)
        if not found:
            raise ValueError(
                _("“%(raw)s” is not a span of time; write 10 min, 48 h or 35 d") % {"raw": cited(raw)}
            )
        return timedelta(seconds=int(found[1]) * UNITS[found[2]])

    def stored(self, value: timedelta) -> int:
        return int(value.total_seconds())

    def typed(self, value: Any) -> str:
        if value is None:
            return ""
        seconds = int(value.total_seconds())
        unit = next(
            (unit for unit in ("d", "h", "min") if seconds and seconds % UNITS[unit] == 0),
            "s",
        )
        return f"{seconds // UNITS[unit]} {unit}"


class Flag(Option[bool]):
    """Yes or no."""

    widget = "flag"

    def read(self, raw: Any) -> bool:
        text = str(raw).strip().lower()
        if text not in TRUE | FALSE:
            raise ValueError(_("“%(raw)s” is neither yes nor no") % {"raw": cited(raw)})
        return text in TRUE

    def shown(self, value: Any) -> str:
        return "—" if value is None else _("Yes") if value else _("No")

    @property
    def bounds(self) -> str:
        return _("yes or no")

    def typed(self, value: Any) -> str:
        return "" if value is None else "true" if value else "false"


class Choice(Option[str]):
    """One of a few words."""

    widget = "choice"

    def __init__(
        self, title: Words, *, default: str | None, choices: Sequence[tuple[str, Words]], **rest: Any
    ) -> None:
        super().__init__(title, default=default, **rest)
        self.choices = dict(choices)

    def read(self, raw: Any) -> str:
        return str(raw).strip()

    def check(self, value: str) -> None:
        if value not in self.choices:
            offered = ", ".join(str(words) for words in self.choices.values())
            raise ValueError(
                _("“%(value)s” is not one of: %(offered)s") % {"value": value, "offered": offered}
            )

    def shown(self, value: Any) -> str:
        return "—" if value is None else str(self.choices.get(value, value))

    @property
    def bounds(self) -> str:
        return " / ".join(str(words) for words in self.choices.values())
