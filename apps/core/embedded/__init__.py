"""PostgreSQL and Valkey from their wheels, for a machine that has neither (spec/00 rule 1, docs/adr/0601).

Django-free: settings and ``manage.py`` need it before there is a Django.
"""

from dataclasses import dataclass
from pathlib import Path

from apps.core.embedded.places import ServiceError
from apps.core.embedded.postgres import Postgres
from apps.core.embedded.valkey import Valkey

__all__ = ["Postgres", "ServiceError", "Services", "Valkey", "services"]


@dataclass(frozen=True)
class Services:
    """What an installation runs for itself; None where a URL names a server that is not ours to manage."""

    postgres: Postgres | None
    valkey: Valkey | None

    @property
    def own(self) -> tuple[Postgres | Valkey, ...]:
        return tuple(service for service in (self.postgres, self.valkey) if service is not None)

    def start(self) -> None:
        """Start what does not run; cheap when everything does. Raises ServiceError."""
        for service in self.own:
            service.start()

    def stop(self) -> None:
        """Stop what runs and wait until it has."""
        for service in reversed(self.own):
            service.stop()


def services(
    var: Path, *, database_url: str | None = None, redis_url: str | None = None, durable: bool = True
) -> Services:
    """The services whose data lives in ``var``; starts nothing.

    ``durable=False`` trades safety against a power cut for speed: for tests, whose data nobody misses.
    """
    return Services(
        postgres=None if database_url else Postgres(var / "postgres", durable=durable),
        valkey=None if redis_url else Valkey(var / "valkey", durable=durable),
    )
