"""What an option's value is now: fixed by the environment, set by staff, or its default.

Each process keeps the table (it is small) and reads it again when it is older than OPTIONS_FRESH_FOR seconds:
a change is seen within that time everywhere, at once where it was made, and a read costs a look in a dict.
"""

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

from apps.core.models import OptionValue

if TYPE_CHECKING:
    from apps.core.options.kinds import Option

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Held:
    """The table as this process last read it."""

    values: dict[str, Any]
    at: float

    @property
    def is_fresh(self) -> bool:
        return monotonic() - self.at < float(settings.OPTIONS_FRESH_FOR)


_held: Held | None = None


def value_of(option: "Option[Any]") -> Any:
    """The value that holds now."""
    if is_fixed(option):
        return fixed_value(option)
    stored = _current().values.get(option.key)
    if stored is None:
        return option.default
    try:
        return option.parse(stored)
    except ValueError:
        # A release may narrow what an option allows: the default holds until staff choose again.
        log.warning("option_no_longer_fits", option=option.key)
        return option.default


def is_fixed(option: "Option[Any]") -> bool:
    """Whether the environment decides, and staff cannot."""
    return bool(option.setting) or option.variable in settings.OPTIONS_FROM_ENVIRONMENT


def fixed_value(option: "Option[Any]") -> Any:
    """What the environment says; where that makes no sense, the default (``manage.py check`` says so)."""
    if option.setting:
        return getattr(settings, option.setting)
    try:
        return option.parse(settings.OPTIONS_FROM_ENVIRONMENT[option.variable])
    except ValueError:
        log.warning("option_variable_makes_no_sense", variable=option.variable)
        return option.default


def last_known(option: "Option[Any]") -> Any:
    """The value as this process last saw it, for a page that must not need the database."""
    if is_fixed(option) or _held is None or option.key not in _held.values:
        return fixed_value(option) if is_fixed(option) else option.default
    try:
        return option.parse(_held.values[option.key])
    except ValueError:
        return option.default


def hold(values: dict[str, Any]) -> None:
    """Take these for the table as it is now (a test begins with none, without asking)."""
    global _held  # noqa: PLW0603 - see forget
    _held = Held(values=values, at=monotonic())


def forget() -> None:
    """Read the table anew at the next question."""
    global _held  # noqa: PLW0603 - one table per process, swapped whole: threads see the old or the new
    _held = None


def _current() -> Held:
    global _held  # noqa: PLW0603 - see forget
    held = _held
    if held is None or not held.is_fresh:
        held = _held = Held(values=dict(OptionValue.objects.values_list("key", "value")), at=monotonic())
    return held
