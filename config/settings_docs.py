"""The list of settings as people read it: ``python -m config.settings_docs`` writes docs/settings.md anew."""

from collections.abc import Iterator
from typing import Any, Final

import django
from django.utils import translation

from config.environment import BASE_DIR
from config.start import choose_settings

if __name__ == "__main__":
    choose_settings()
    django.setup()

from apps.core import options
from apps.core.options import Option, Section

PAGE: Final = BASE_DIR / "docs" / "settings.md"
MARK: Final = "<!-- tables: written by python -m config.settings_docs -->"


def tables() -> str:
    """Every setting, group by group, in English."""
    with translation.override("en"):
        return "\n".join(_lines())


def own_groups() -> list[str]:
    """The groups that Larder's apps declare, and no test."""
    return [
        key for key in options.group_keys() if type(options.parts_of(key)[0]).__module__.startswith("apps.")
    ]


def _lines() -> Iterator[str]:
    for key in own_groups():
        group = options.parts_of(key)[0]
        where = " › ".join(dict.fromkeys(["Settings", str(Section(group.section).label), str(group.title)]))
        yield f"## {where}\n"
        yield "| setting | default | allowed | meaning | variable |"
        yield "| --- | --- | --- | --- | --- |"
        for part in options.parts_of(key):
            yield from map(_row, part.own_options())
        yield ""


def _row(option: Option[Any]) -> str:
    default = option.shown(option.default).replace("—", "–")
    allowed = "set by the environment only" if option.setting else option.bounds or "–"
    cells = (str(option.title), default, allowed, str(option.hint) or "–", f"`{option.variable}`")
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def with_tables(page: str) -> str:
    """The page with everything after the mark replaced by the tables of today."""
    return f"{page.partition(MARK)[0]}{MARK}\n\n{tables().rstrip()}\n"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
