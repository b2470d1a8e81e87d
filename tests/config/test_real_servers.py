"""Larder with servers that it does not manage, as a shop has them: by TCP and by socket, through URLs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests.config.conftest import Servers

pytestmark = pytest.mark.slow


@pytest.fixture(params=["TCP", "socket"])
def environment(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_ENV", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
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
