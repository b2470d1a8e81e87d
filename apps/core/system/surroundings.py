"""Versions, clocks, mail, and what the environment has settled."""

import platform
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import django
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.core import options
from apps.core.admin.chips import Tone
from apps.core.clock import erp_zone, shop_zone
from apps.core.system.parts import Fact, Kind, Look, ahead_of_us, offer

FAR_APART: Final = 2.0  # seconds between two clocks
NEAR: Final = 0.5
TO_NOBODY: Final = {
    "console": _("written to the log: nobody receives it"),
    "dummy": _("thrown away: nobody receives it"),
    "locmem": _("kept in memory: nobody receives it"),
    "filebased": _("written to files: nobody receives it"),
}


def versions(look: Look) -> Iterator[Fact]:
    release, commit = settings.RELEASE
    yield Fact(_("Larder"), f"{release} ({commit})" if commit else release)
    yield Fact(_("Kind of installation"), settings.DEPLOYMENT_NAME)
    yield Fact(_("Python"), platform.python_version())
    yield Fact(_("Django"), django.get_version())
    yield Fact(_("PostgreSQL"), look.server.version)
    yield _redis_version(look)


def _redis_version(look: Look) -> Fact:
    try:
        info: Any = look.redis.info("server")
    except RedisError:
        return Fact(_("Redis"), _("does not answer"))
    if "valkey_version" in info:
        return Fact(_("Valkey"), info["valkey_version"])
    return Fact(_("Redis"), info["redis_version"])


def clocks(look: Look) -> Iterator[Fact]:
    yield Fact(_("Shop"), f"{settings.SHOP_TIME_ZONE}, {_offset(look.at.astimezone(shop_zone()))}")
    yield Fact(_("ERPNext"), f"{settings.ERP_TIME_ZONE}, {_offset(look.at.astimezone(erp_zone()))}")
    yield _apart(_("PostgreSQL's clock"), look.server.ahead)
    try:
        before = timezone.now()
        seconds, micros = look.redis.time()
    except RedisError:
        yield Fact(_("Redis's clock"), _("does not answer"))
        return
    there = datetime.fromtimestamp(seconds + micros / 1e6, tz=before.tzinfo)
    yield _apart(_("Redis's clock"), ahead_of_us(there, before=before))


def _offset(at: datetime) -> str:
    return f"UTC{at.isoformat()[-6:]}"


def _apart(label: Any, seconds: float) -> Fact:
    """How far another machine's clock is from ours."""
    if abs(seconds) < NEAR:
        return Fact(label, _("as ours"), Tone.WELL)
    said = _t("%(seconds)+.1f s from ours") % {"seconds": seconds}
    if abs(seconds) < FAR_APART:
        return Fact(label, said)
    return Fact(label, said, Tone.LOOK, _("Set both by NTP: due times and cut-offs go by different clocks."))


def mail(_look: Look) -> Iterator[Fact]:
    kind = settings.EMAIL_BACKEND.split(".")[-2]
    if kind in TO_NOBODY:
        if settings.DEPLOYMENT_NAME == "production":
            advice = _("Set a mail server: people wait for what they are promised by mail.")
            yield Fact(_("E-mail"), TO_NOBODY[kind], Tone.LOOK, advice)
        else:
            yield Fact(_("E-mail"), TO_NOBODY[kind])
        return
    said = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if kind == "smtp" else kind
    yield Fact(_("E-mail"), _t("sent by %(server)s") % {"server": said})
    yield Fact(_("From"), settings.DEFAULT_FROM_EMAIL)


def environment(_look: Look) -> Iterator[Fact]:
    """What staff cannot change here, by the name of its variable; a secret is only said to be set."""
    for option in options.all_options():
        if options.is_fixed(option):
            yield Fact(option.variable, option.shown(options.value_of(option)), is_code=False)


offer(
    Kind(
        name="versions",
        title=_("Versions"),
        icon="deployed_code",
        ask=lambda look: list(versions(look)),
        order=10,
    )
)
offer(
    Kind(
        name="clocks",
        title=_("Clocks and zones"),
        icon="schedule",
        ask=lambda look: list(clocks(look)),
        order=80,
    )
)
offer(
    Kind(name="mail", title=_("Messages to people"), icon="mail", ask=lambda look: list(mail(look)), order=90)
)
offer(
    Kind(
        name="environment",
        title=_("Fixed by the environment"),
        icon="lock",
        ask=lambda look: list(environment(look)),
        order=200,
    )
)
