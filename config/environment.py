"""The deployment's facts, read from the environment once, with a sentence for whatever is wrong.

Everything that differs between two installations of the same release stands here and nowhere else. What
staff may tune at run time is an option of its app (``options.py``), not an environment variable.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ

BASE_DIR: Final = Path(__file__).resolve().parent.parent
WEAK_SECRET: Final = 50  # characters; Django's own `check --deploy` asks for as many

env: Final = environ.Env()


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
class Deployment:
    """One installation of Larder."""

    name: str  # local | test | production
    var: Path
    port: int
    secret_key: str
    database_url: str | None  # None: the embedded PostgreSQL
    redis_url: str | None  # None: the embedded Valkey
    hosts: list[str]
    erpnext: ErpNext
    erp_zone: str
    shop_zone: str
    currency: str
    sync_post_enabled: bool


def read_environment() -> Deployment:
    """Read and check every variable that Larder knows. Raises MisconfiguredError."""
    environ.Env.read_env(str(BASE_DIR / ".env"))
    name = env.str("DJANGO_ENV", "local")
    if name not in {"local", "test", "production"}:
        raise MisconfiguredError(f"DJANGO_ENV is “{name}”; it must be local, test or production.")
    deployment = Deployment(
        name=name,
        var=_var(name),
        port=_whole_number("PORT", 8000),
        secret_key=env.str("SECRET_KEY", "" if name == "production" else "only-for-this-machine-" * 3),
        database_url=env.str("DATABASE_URL", "") or None,
        redis_url=env.str("REDIS_URL", "") or None,
        hosts=env.list(
            "ALLOWED_HOSTS", default=[] if name == "production" else ["localhost", "127.0.0.1", "[::1]"]
        ),
        erpnext=_erpnext(),
        erp_zone=_zone("ERP_TIME_ZONE"),
        shop_zone=_zone("SHOP_TIME_ZONE"),
        currency=_currency(),
        sync_post_enabled=_yes_or_no("SYNC_POST_ENABLED", default=False),
    )
    if name == "production":
        _fit_for_production(deployment)
    return deployment


def _var(name: str) -> Path:
    folder = Path(env.str("LARDER_VAR", str(BASE_DIR / "var"))).expanduser().resolve()
    return folder / "test" if name == "test" else folder


def _erpnext() -> ErpNext:
    given = {part: env.str(f"ERPNEXT_{part}", "") for part in ("URL", "API_KEY", "API_SECRET")}
    if given["URL"]:
        missing = [f"ERPNEXT_{part}" for part, value in given.items() if not value]
        if missing:
            raise MisconfiguredError(
                f"ERPNEXT_URL is set, but not {' and '.join(missing)}: set all three or none."
            )
        if not given["URL"].startswith(("http://", "https://")):
            raise MisconfiguredError(
                f"ERPNEXT_URL is “{given['URL']}”; it must start with http:// or https://."
            )
    return ErpNext(
        url=given["URL"].rstrip("/") or None,
        key=given["API_KEY"],
        secret=given["API_SECRET"],
        webhook_secret=env.str("ERPNEXT_WEBHOOK_SECRET", ""),
        company=env.str("ERPNEXT_COMPANY", ""),
    )


def _zone(variable: str) -> str:
    name = env.str(variable, "Europe/London")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as why:
        raise MisconfiguredError(
            f"{variable} is “{name}”, which is no time zone; try Europe/London."
        ) from why
    return name


def _currency() -> str:
    code = env.str("SHOP_CURRENCY", "GBP")
    if len(code) != 3 or not code.isascii() or not code.isupper():
        raise MisconfiguredError(f"SHOP_CURRENCY is “{code}”; it must be an ISO 4217 code such as GBP.")
    return code


def _whole_number(variable: str, default: int) -> int:
    text = env.str(variable, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise MisconfiguredError(f"{variable} is “{text}”; it must be a port number from 1 to 65535.")
    return int(text)


def _yes_or_no(variable: str, *, default: bool) -> bool:
    text = env.str(variable, str(default)).lower()
    if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise MisconfiguredError(f"{variable} is “{text}”; it must be true or false.")
    return text in {"true", "1", "yes", "on"}


def _fit_for_production(deployment: Deployment) -> None:
    """Refuse to start half configured: embedded services, weak secrets and open hosts are for a look only."""
    needed = {
        "DATABASE_URL": deployment.database_url,
        "REDIS_URL": deployment.redis_url,
        "SECRET_KEY": deployment.secret_key,
        "ALLOWED_HOSTS": deployment.hosts,
        "ERPNEXT_URL": deployment.erpnext.url,
    }
    missing = [variable for variable, value in needed.items() if not value]
    if missing:
        raise MisconfiguredError(f"In production these must be set: {', '.join(missing)}. See .env.example.")
    if len(deployment.secret_key) < WEAK_SECRET or len(set(deployment.secret_key)) < 10:
        raise MisconfiguredError(
            "SECRET_KEY is too weak: use at least 50 random characters, "
            "for instance from `python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    if "*" in deployment.hosts:
        raise MisconfiguredError("ALLOWED_HOSTS is *; name the hosts that people and apps use.")
