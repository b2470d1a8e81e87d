"""Every environment variable that Larder knows: the one list behind config/environment.py, .env.example
and docs/configuration.md (a test compares all three)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Variable:
    """One fact of a deployment, as the person who sets it reads about it."""

    name: str
    meaning: str
    default: str = ""
    example: str = ""
    needed_in_production: bool = False


VARIABLES: Final = (
    Variable(
        "DJANGO_ENV",
        "What this installation is: `local`, `test` or `production`. Production refuses embedded services,"
        " weak secrets and open hosts.",
        default="local",
        example="production",
        needed_in_production=True,
    ),
    Variable(
        "SECRET_KEY",
        "Signs sessions and tokens: at least 50 random characters, the same on every machine. Changing it"
        " signs everybody out. Make one with `python -c 'import secrets; print(secrets.token_urlsafe(50))'`.",
        needed_in_production=True,
    ),
    Variable(
        "ALLOWED_HOSTS",
        "The host names that people and apps use, separated by commas. Production accepts no `*`.",
        default="localhost,127.0.0.1,[::1]",
        example="larder.example.com",
        needed_in_production=True,
    ),
    Variable(
        "PUBLIC_URL",
        "Where people find Larder: scheme and host, and nothing behind. What is sent by e-mail, or shown to"
        " be copied, leads there. Empty: to the host that a request names, which whoever asks can choose"
        " among `ALLOWED_HOSTS`; `manage.py check --deploy` says so while letters can be sent.",
        example="https://larder.example.com",
    ),
    Variable(
        "DATABASE_URL",
        "A PostgreSQL server, version 14 or newer, as libpq reads it; a socket is `?host=/folder`. Empty: an"
        " embedded PostgreSQL starts by itself below `LARDER_VAR`.",
        example="postgresql://larder:password@database:5432/larder",
        needed_in_production=True,
    ),
    Variable(
        "REDIS_URL",
        "A Redis or Valkey server: `redis://`, `rediss://` or `unix:///path?db=0`. Empty: an embedded Valkey"
        " starts by itself below `LARDER_VAR`.",
        example="redis://redis:6379/0",
        needed_in_production=True,
    ),
    Variable(
        "ERPNEXT_URL",
        "The shop's ERPNext. Empty: `make run` starts a demo ERPNext and fills an empty Larder from it.",
        example="https://erp.example.com",
        needed_in_production=True,
    ),
    Variable("ERPNEXT_API_KEY", "The key of the ERPNext user that Larder is.", example="0123456789abcde"),
    Variable("ERPNEXT_API_SECRET", "That user's secret. All three of ERPNEXT_… or none."),
    Variable(
        "ERPNEXT_WEBHOOK_SECRET",
        "What ERPNext signs its webhooks with. Empty: webhooks are refused and Larder polls.",
    ),
    Variable(
        "ERPNEXT_COMPANY",
        "The company whose documents are read; others are skipped and counted. Empty: all.",
        example="Good Food Ltd",
    ),
    Variable("ERP_TIME_ZONE", "The zone of ERPNext's stamps, which come without.", default="Europe/London"),
    Variable(
        "SHOP_TIME_ZONE", "The zone in which a day, a window, a cutoff are meant.", default="Europe/London"
    ),
    Variable("SHOP_CURRENCY", "The currency of all prices, by its ISO 4217 code.", default="GBP"),
    Variable(
        "SYNC_POST_ENABLED",
        "Whether Larder writes to ERPNext. While false, what waits in the outbox stays there. `make run` sets"
        " it for its demo ERPNext.",
        default="false",
    ),
    Variable(
        "EMAIL_URL",
        "The mail server that links for new passwords go out by: `smtp://`, `smtp+tls://` (STARTTLS) or"
        " `smtp+ssl://`, with user and password percent-encoded. Empty: one's own machine prints e-mail, and"
        " in production none is sent, so an Admin sets new passwords.",
        example="smtp+tls://larder:password@mail.example.com:587",
    ),
    Variable(
        "EMAIL_FROM",
        "Whom e-mail comes from; needed with `EMAIL_URL`.",
        example="Larder <larder@example.com>",
    ),
    Variable(
        "PUSH_ADAPTER",
        "How messages are pushed to phones: `console` writes them to the log and nowhere else, `fcm` sends"
        " them by Firebase Cloud Messaging.",
        default="console",
        example="fcm",
    ),
    Variable(
        "FCM_CREDENTIALS",
        "The key of a Google service account that may send by Firebase: the path of its JSON file, or that"
        " JSON. Needed with `PUSH_ADAPTER=fcm`.",
        example="/run/secrets/firebase.json",
    ),
    Variable(
        "LARDER_VAR",
        "Where an installation keeps what is not code: its embedded services, its private files, and"
        " outside of production its pictures.",
        default="var",
        example="/var/lib/larder/data",
    ),
    Variable(
        "MEDIA_STORAGE_URL",
        "An S3-compatible object store for the media library: `s3://KEY:SECRET@bucket/prefix`, then"
        " `?region=`, `&endpoint=` for any but Amazon's, and `&public=`, the address under which everybody"
        " reads the bucket; what is no plain letter is percent-encoded. Empty: the folder `media`, which"
        " Larder serves itself.",
        example="s3://KEY:SECRET@bucket?region=eu-west-2&public=https://pictures.example.com",
    ),
    Variable(
        "LARDER_COMMIT",
        "Which commit an image was built from, as the page System says it. Empty: that of the checkout.",
        example="4f1c2d9",
    ),
    Variable("HOST", "The address the web server listens on.", default="127.0.0.1", example="0.0.0.0"),  # noqa: S104
    Variable("PORT", "The port it listens on; the demo ERPNext takes the next one.", default="8000"),
    Variable("WEB_CONCURRENCY", "Web processes. Empty: cores + 1.", example="5"),
    Variable("WEB_THREADS", "Threads of each web process.", default="3"),
    Variable(
        "TRUSTED_PROXIES",
        "How many proxies of your own stand before the web server, each adding to `X-Forwarded-For`. Rates"
        " and the audit trail take the address that the outermost of them saw; 0: nobody is believed.",
        default="0",
        example="1",
    ),
)

DEFAULTS: Final = {variable.name: variable.default for variable in VARIABLES}
