"""Settings that belong together: one class per group and app, found when the project starts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.errors import FieldError
from apps.core.options.kinds import Option, Words


class Section(TextChoices):
    """Under which head a group stands, in this order."""

    SHOP = "shop", _("Shop")
    APPS = "apps", _("API and apps")
    SYNC = "sync", _("Sync with ERPNext")
    SAFETY = "safety", _("Security")
    REST = "rest", _("Everything else")


class OptionGroup:
    """A part of the settings: ``options.<key>.<name>`` reads one. Several apps may add to the same group."""

    key: ClassVar[str]
    title: ClassVar[Words]
    about: ClassVar[Words] = ""
    icon: ClassVar[str] = "tune"
    section: ClassVar[Section] = Section.REST
    order: ClassVar[int] = 100
    page: ClassVar[str] = ""  # the staff page where it is set, where that is not the settings page

    def __init_subclass__(cls) -> None:
        taken = {option.key for part in parts_of(cls.key) for option in part.own_options()}
        twice = taken & {option.key for option in cls.own_options()}
        if twice:
            raise ValueError(f"declared twice: {', '.join(sorted(twice))}")
        # whichever module was imported first: the lowest floor's options stand first
        _parts[cls.key] = sorted([*parts_of(cls.key), cls()], key=_floor)

    @classmethod
    def own_options(cls) -> Iterator[Option[Any]]:
        """The options in the order of their declaration."""
        return (value for value in vars(cls).values() if isinstance(value, Option))

    def check_together(self, values: Mapping[str, Any]) -> Iterable[FieldError]:
        """What is wrong with these values taken together, by option name; each alone is sound."""
        return ()


_parts: dict[str, list[OptionGroup]] = {}


def _floor(part: OptionGroup) -> int:
    """Where its app stands among the installed ones; what is of no app (a test's) comes last."""
    app = ".".join(type(part).__module__.split(".")[:2])
    installed = settings.INSTALLED_APPS
    return installed.index(app) if app in installed else len(installed)


def parts_of(key: str) -> list[OptionGroup]:
    """The declarations that make up one group."""
    return _parts.get(key, [])


def group_keys() -> list[str]:
    """Every group, in the order of the settings page: section by section."""
    sections = list(Section)
    return sorted(_parts, key=lambda key: (sections.index(_parts[key][0].section), _parts[key][0].order, key))


def all_options() -> Iterator[Option[Any]]:
    for key in group_keys():
        for part in parts_of(key):
            yield from part.own_options()


def option_called(key: str) -> Option[Any] | None:
    """The option of a key ``<group>.<name>``."""
    group = key.partition(".")[0]
    options = (option for part in parts_of(group) for option in part.own_options())
    return next((option for option in options if option.key == key), None)


class GroupReader:
    """``options.shop``: whatever any app has declared under that key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __getattr__(self, name: str) -> Any:
        for part in parts_of(self._key):
            if isinstance(vars(type(part)).get(name), Option):
                return getattr(part, name)
        raise AttributeError(f"no option {self._key}.{name}: is it declared in its app's options.py?")
