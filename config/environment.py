"""The deployment's facts, read from the environment once, with a sentence for whatever is wrong.

Everything that differs between two installations of the same release stands in config/variables.py and
nowhere else. What staff may tune at run time is an option of its app (``options.py``), not a variable.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.http.request import split_domain_port, validate_host

from apps.core.embedded import Services, services
from apps.notifications.push.account import service_account
from config.variables import DEFAULTS, VARIABLES

BASE_DIR: Final = Path(__file__).resolve().parent.parent
WEAK_SECRET: Final = 50  # characters; Django's own `check --deploy` asks for as many
LOCAL_SECRET: Final = "only-for-this-machine-" * 3
MOST_PORT: Final = 65535
YES: Final = frozenset({"true", "1", "yes", "on"})
NO: Final = frozenset({"false", "0", "no", "off"})


class MisconfiguredError(Exception):
    """The environment cannot be used as it is; the text says which variable and what to put there."""


@dataclass(frozen=True)
class ErpNext:
    """How to reach the shop's ERPNext; no ``url`` means the demo one."""

    url: str | None
    key: str
    secret: str
    webhook_secret: str
    company: str


@dataclass(frozen=True)
class Pushing:
    """How messages reach phones."""

    adapter: str  # console | fcm
    credentials: str


@dataclass(frozen=True)
class Deployment:
    """One installation of Larder."""

    name: str  # local | test | production
    var: Path
    host: str
    port: int
    web_processes: int
    web_threads: int
    trusted_proxies: int
    secret_key: str
    database_url: str | None  # None: the embedded PostgreSQL
    redis_url: str | None  # None: the embedded Valkey
    hosts: list[str]
    public_url: str | None  # None: the host of each request
    erpnext: ErpNext
    erp_zone: str
    shop_zone: str
    currency: str
    sync_post_enabled: bool
    email_url: str | None
    email_from: str
    media_storage_url: str | None  # None: this machine's disk
    pushing: Pushing

    def own_services(self) -> Services:
        """What this installation runs for itself because no URL names a server."""
        return services(
            self.var,
            database_url=self.database_url,
            redis_url=self.redis_url,
            durable=self.name != "test",
        )


def read_environment() -> Deployment:
    """Read and check every variable that Larder knows. Raises MisconfiguredError."""
    if os.environ.get("DJANGO_ENV") != "test":  # tests must not meet the shop that .env names
        environ.Env.read_env(str(BASE_DIR / ".env"))
    name = _text("DJANGO_ENV")
    if name not in {"local", "test", "production"}:
        raise MisconfiguredError(f"DJANGO_ENV is “{name}”; it must be local, test or production.")
    deployment = Deployment(
        name=name,
        var=_var(name),
        host=_text("HOST"),
        port=_whole_number("PORT", most=MOST_PORT),
        web_processes=_whole_number("WEB_CONCURRENCY", most=64, default=(os.cpu_count() or 1) + 1),
        web_threads=_whole_number("WEB_THREADS", most=64),
        trusted_proxies=_whole_number("TRUSTED_PROXIES", least=0, most=9),
        secret_key=os.environ.get("SECRET_KEY", "") or ("" if name == "production" else LOCAL_SECRET),
        database_url=_url("DATABASE_URL", ("postgresql://", "postgres://")),
        redis_url=_url("REDIS_URL", ("redis://", "rediss://", "unix://")),
        hosts=_hosts(name),
        public_url=_origin("PUBLIC_URL"),
        erpnext=_erpnext(),
        erp_zone=_zone("ERP_TIME_ZONE"),
        shop_zone=_zone("SHOP_TIME_ZONE"),
        currency=_currency(),
        sync_post_enabled=_yes_or_no("SYNC_POST_ENABLED"),
        email_url=_email_url(),
        email_from=_text("EMAIL_FROM"),
        media_storage_url=_url("MEDIA_STORAGE_URL", ("s3://",)),
        pushing=_pushing(),
    )
    if name == "production":
        _fit_for_production(deployment)
    return deployment


def _text(variable: str) -> str:
    """The variable, or its default; only a variable of the list can be read."""
    return os.environ.get(variable, "").strip() or DEFAULTS[variable]


def _var(name: str) -> Path:
    folder = (BASE_DIR / Path(_text("LARDER_VAR")).expanduser()).resolve()
    return folder / "test" if name == "test" else folder


def _url(variable: str, schemes: tuple[str, ...]) -> str | None:
    url = _text(variable)
    if url and not url.startswith(schemes):
        scheme = url.partition("://")[0] if "://" in url else "no scheme"
        raise MisconfiguredError(f"{variable} has {scheme}; it must begin with {' or '.join(schemes)}.")
    return url or None


def _origin(variable: str) -> str | None:
    """An address without anything behind its host, as browsers write it."""
    url = _url(variable, ("https://", "http://"))
    if url is None:
        return None
    scheme, _mark, rest = url.rstrip("/").lower().partition("://")
    host, port = split_domain_port(rest)  # neither for anything that is no host, such as one with a path
    if not host or (port and not 0 < int(port) <= MOST_PORT):
        raise MisconfiguredError(
            f"{variable} must be scheme and host and nothing else, such as https://larder.example.com."
        )
    return f"{scheme}://{rest}"


def _hosts(name: str) -> list[str]:
    if name == "production" and not os.environ.get("ALLOWED_HOSTS"):
        return []  # the default is for one's own machine
    return [host.strip() for host in _text("ALLOWED_HOSTS").split(",") if host.strip()]


def _erpnext() -> ErpNext:
    url = _url("ERPNEXT_URL", ("https://", "http://"))
    missing = [name for name in ("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET") if not _text(name)]
    if url and missing:
        raise MisconfiguredError(
            f"ERPNEXT_URL is set, but not {' and '.join(missing)}: set all three or none."
        )
    return ErpNext(
        url=url.rstrip("/") if url else None,
        key=_text("ERPNEXT_API_KEY"),
        secret=_text("ERPNEXT_API_SECRET"),
        webhook_secret=_text("ERPNEXT_WEBHOOK_SECRET"),
        company=_text("ERPNEXT_COMPANY"),
    )


def _email_url() -> str | None:
    url = _url("EMAIL_URL", ("smtp://", "smtp+tls://", "smtp+ssl://"))
    if url and "@" not in _text("EMAIL_FROM"):
        raise MisconfiguredError("EMAIL_URL is set, but EMAIL_FROM names no address that e-mail comes from.")
    return url


def _pushing() -> Pushing:
    adapter, credentials = _text("PUSH_ADAPTER"), _text("FCM_CREDENTIALS")
    if adapter not in {"console", "fcm"}:
        raise MisconfiguredError(f"PUSH_ADAPTER is “{adapter}”; it must be console or fcm.")
    if adapter == "fcm":
        try:
            service_account(credentials)
        except (OSError, ValueError) as why:  # never the text itself: it may be the key
            kind = "cannot be read" if isinstance(why, OSError) else "is no key of a service account"
            raise MisconfiguredError(
                f"FCM_CREDENTIALS {kind}: give the path of the JSON file that Google made, or that JSON."
            ) from None
    return Pushing(adapter=adapter, credentials=credentials)


def _zone(variable: str) -> str:
    name = _text(variable)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as why:
        raise MisconfiguredError(
            f"{variable} is “{name}”, which is no time zone; try Europe/London."
        ) from why
    return name


def _currency() -> str:
    code = _text("SHOP_CURRENCY")
    if len(code) != 3 or not (code.isascii() and code.isalpha() and code.isupper()):
        raise MisconfiguredError(f"SHOP_CURRENCY is “{code}”; it must be an ISO 4217 code such as GBP.")
    return code


def _whole_number(variable: str, *, most: int, least: int = 1, default: int | None = None) -> int:
    text = _text(variable)
    if not text and default is not None:
        return default
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise MisconfiguredError(f"{variable} is “{text}”; it must be a whole number from {least} to {most}.")
    return int(text)


def _yes_or_no(variable: str) -> bool:
    text = _text(variable).lower()
    if text not in YES | NO:
        raise MisconfiguredError(f"{variable} is “{text}”; it must be true or false.")
    return text in YES


def _fit_for_production(deployment: Deployment) -> None:
    """Refuse to start half configured: embedded services, weak secrets and open hosts are for a look only."""
    missing = [
        variable.name
        for variable in VARIABLES
        if variable.needed_in_production and not os.environ.get(variable.name, "").strip()
    ]
    if missing:
        raise MisconfiguredError(f"In production these must be set: {', '.join(missing)}. See .env.example.")
    if _is_weak(deployment.secret_key):
        raise MisconfiguredError(
            "SECRET_KEY is too weak: use at least 50 random characters, "
            "for instance from `python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    if "*" in deployment.hosts:
        raise MisconfiguredError("ALLOWED_HOSTS is *; name the hosts that people and apps use.")
    if deployment.public_url:
        _ensure_answered(deployment.public_url, deployment.hosts)


def _ensure_answered(public_url: str, hosts: list[str]) -> None:
    """That the address in a letter opens: by TLS, and by a host that is answered."""
    parts = urlsplit(public_url)
    if parts.scheme != "https":
        raise MisconfiguredError("PUBLIC_URL begins with http://; in production it must be https://.")
    host = split_domain_port(parts.netloc)[0]
    if not validate_host(host, hosts):
        raise MisconfiguredError(f"PUBLIC_URL leads to {host}, which ALLOWED_HOSTS does not name.")


def _is_weak(secret: str) -> bool:
    return len(secret) < WEAK_SECRET or len(set(secret)) < 10 or secret == LOCAL_SECRET
