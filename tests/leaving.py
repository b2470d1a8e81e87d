"""Before a test database is dropped: whoever is still connected to it has a moment to go, and is named."""

import gc
import threading
import time
import warnings
from typing import Any, Final

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

PATIENCE: Final = 20.0  # seconds; PostgreSQL itself waits for five, which a busy machine uses up
OTHERS: Final = """
    SELECT pid, application_name, state, now() - backend_start AS age, left(query, 120)
      FROM pg_stat_activity
     WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def leave(*, patience: float = PATIENCE) -> None:
    """Close what is ours, wait for the others, and end those that stay, with a warning that names them."""
    name = connection.settings_dict["NAME"]
    gc.collect()  # a thread that ended without closing leaves its connection to the collector
    connections.close_all()
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        if left := _left(cursor, name, patience):
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [[row[0] for row in left]])
            running = ", ".join(thread.name for thread in threading.enumerate())
            warnings.warn(f"left connected to {name}: {left}; threads: {running}", stacklevel=1)


def _left(cursor: CursorWrapper, name: str, patience: float) -> list[tuple[Any, ...]]:
    """Who is connected still when the time is over."""
    over = time.monotonic() + patience
    while True:
        cursor.execute(OTHERS, [name])
        left: list[tuple[Any, ...]] = cursor.fetchall()
        if not left or time.monotonic() > over:
            return left
        time.sleep(0.05)
