"""The palette finds every setting by its name, and leads to where it is set."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core import options
from apps.core.admin import palette
from apps.core.pages.entries import link_to


def settings() -> Iterator[palette.Found]:
    """Each setting, with its group."""
    for option in options.all_options():
        group = options.parts_of(option.group_key)[0]
        yield palette.Found(
            title=str(option.title), link=link_to(option), icon=group.icon, description=str(group.title)
        )


palette.offer_listed(
    palette.Listed(name="settings", label=_("Settings"), permission_key="settings.view", found=settings)
)
