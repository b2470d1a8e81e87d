"""PostgreSQL and Valkey from their wheels, for a machine that has neither (spec/00 rule 1, docs/adr/0002).

Django-free: settings and ``manage.py`` need it before there is a Django.
"""

from dataclasses import dataclass
from pathlib import Path

from apps.core.embedded.postgres import Postgres
from apps.core.embedded.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """Both services of one folder."""

    postgres: Postgres
    valkey: Valkey


def services(var: Path) -> Services:
    """The services whose data lives in ``var``; starts nothing."""
    return Services(postgres=Postgres(var / "postgres"), valkey=Valkey(var / "valkey"))
