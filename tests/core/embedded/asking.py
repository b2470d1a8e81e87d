"""Questions put to a service by ordinary clients."""

import os
import signal
from pathlib import Path
from typing import Any

import psycopg
import redis

from apps.core.embedded import Postgres, Valkey
from apps.core.embedded.process import number_in


def sql(postgres: Postgres, statement: str) -> list[tuple[Any, ...]]:
    at = postgres.database_settings()
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"], autocommit=True
    ) as connection:
        asked = connection.execute(statement)
        return asked.fetchall() if asked.description else []


def client_of(valkey: Valkey) -> "redis.Redis":
    return redis.Redis.from_url(valkey.url, decode_responses=True)


def server_number(pid_file: Path) -> int:
    number = number_in(pid_file)
    assert number is not None
    return number


def children_of(number: int) -> list[int]:
    """Linux only, as everything that kills by the tree here."""
    return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def kill(*numbers: int) -> None:
    for number in numbers:
        os.kill(number, signal.SIGKILL)
