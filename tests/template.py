"""The database that test databases are copied from: migrated once for as long as no migration changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.house import ROOT

PREFIX: Final = "tests_from_"
ONE_AT_A_TIME: Final = 5_120_314  # workers that begin together: one makes it, the others wait


def template() -> str:
    """Its name. ``migrate`` runs over each copy all the same, and fills in what apps begin with."""
    name = f"{PREFIX}{_fingerprint()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        kept = _kept(cursor)
        if name not in kept:
            for old in kept:
                cursor.execute(f'DROP DATABASE "{old}"')
            _make(name, cursor)
    return name


def _fingerprint() -> str:
    """Of every migration, whoever's it is, and of the code that they call."""
    said = sha256()
    for path in sorted({*_migrations(), *ROOT.glob("apps/core/models/*.py"), ROOT / "apps/core/words.py"}):
        said.update(path.read_bytes())
    return said.hexdigest()[:24]


def _migrations() -> Iterator[Path]:
    for app in apps.get_app_configs():
        yield from Path(app.path, "migrations").glob("*.py")


def _kept(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in cursor.fetchall()]


def _make(name: str, cursor: CursorWrapper) -> None:
    """Under another name until it is whole: whoever is killed at it leaves nothing that is copied."""
    unfinished = f"{PREFIX}unfinished"
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    with _connected_to(unfinished):
        call_command("migrate", verbosity=0, run_syncdb=True)
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = usual
