"""A Valkey of a test's own, which stops answering without going away, and goes on where it was."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redis import Redis

from apps.core import store
from apps.core.embedded import Valkey, places, services

SILENCE: Final = 0.3  # seconds that a question to it waits: production's second would make slow tests


@dataclass(frozen=True)
class OwnValkey:
    """In the place of the one that all tests share."""

    valkey: Valkey
    client: Redis

    def freeze(self) -> None:
        """Connections are taken and nothing is answered, as on a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It answers again, and still has what it had."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        os.kill(int((self.valkey.data / "valkey.pid").read_text()), what)


@contextmanager
def own_valkey(settings: Any, monkeypatch: Any, *asked_by: Any) -> Iterator[OwnValkey]:
    """The cache's, and that of the modules which ask Redis itself."""
    folder = Path(tempfile.mkdtemp(prefix="larder-test-", dir=places.SHORT))
    folder.chmod(0o755)
    valkey = services(folder).valkey
    assert valkey
    valkey.start()
    waits = {"socket_timeout": SILENCE, "socket_connect_timeout": SILENCE}
    client = Redis.from_url(valkey.url, **waits)
    for place in asked_by:
        monkeypatch.setattr(place, "redis", lambda: client)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": valkey.url, "OPTIONS": waits}}
    own = OwnValkey(valkey, client)
    try:
        yield own
    finally:
        own.thaw()
        valkey.stop()
        store.REST.end()
        shutil.rmtree(folder, ignore_errors=True)
