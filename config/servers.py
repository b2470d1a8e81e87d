"""Django's and Celery's settings for the servers that URLs name."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from psycopg.conninfo import conninfo_to_dict

# What Django calls by its own name; the rest of a URL is libpq's as it stands (sslmode …).
DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_at(url: str) -> dict[str, Any]:
    """The DATABASES entry for a PostgreSQL URL, read by libpq itself: sockets and IPv6 included."""
    parts = conninfo_to_dict(url)
    named = {DJANGO_NAMES[part]: value for part, value in parts.items() if part in DJANGO_NAMES}
    options = {part: value for part, value in parts.items() if part not in DJANGO_NAMES}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": options}


def broker_at(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: it names a socket, and the database on it, differently."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={database}"


def mail_at(url: str) -> dict[str, Any]:
    """Django's EMAIL_… settings for a mail server; without one, a backend that prints."""
    settings: dict[str, Any] = environ.Env.email_url_config(url or "consolemail://")
    return settings
