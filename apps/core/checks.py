"""What ``manage.py check`` says of settings that the environment fixes, and ``check --deploy`` of hosts."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from apps.core import options


@checks.register()
def options_from_environment(**_asked: Any) -> list[checks.CheckMessage]:
    """A variable that fixes no setting has a slip in its name; one that cannot be read leaves the default."""
    return list(_complaints())


@checks.register(deploy=True)
def proxies_are_named(**_asked: Any) -> list[checks.CheckMessage]:
    """Production stands behind a proxy (TLS ends there); unless it is named, everybody has its address."""
    if settings.TRUSTED_PROXIES:
        return []
    said = "TRUSTED_PROXIES is 0, so everybody comes from the address of the proxy in front."
    hint = "Rates, lock-outs and the audit trail go by addresses: say how many proxies there are, usually 1."
    return [checks.Warning(said, hint=hint, id="larder.W002")]


@checks.register(deploy=True)
def letters_know_where_they_lead(**_asked: Any) -> list[checks.CheckMessage]:
    """Who asks for a letter says by which host; among several, or below a wildcard, he can choose."""
    if settings.PUBLIC_URL or settings.EMAIL_WAY == "none":
        return []
    said = "PUBLIC_URL is empty, so a letter leads to the host by which somebody asked for it."
    hint = "Set it to where people find Larder, such as https://larder.example.com."
    return [checks.Warning(said, hint=hint, id="larder.W003")]


def _complaints() -> Iterator[checks.CheckMessage]:
    known = {option.variable: option for option in options.all_options() if not option.setting}
    for name, typed in sorted(settings.OPTIONS_FROM_ENVIRONMENT.items()):
        if name not in known:
            yield checks.Warning(
                f"{name} fixes no setting.", hint="See docs/configuration.md.", id="larder.W001"
            )
            continue
        try:
            known[name].parse(typed)
        except ValueError as why:
            hint = "Its default holds until this is corrected."
            yield checks.Error(f"{name} cannot be read: {why}.", hint=hint, id="larder.E001")
