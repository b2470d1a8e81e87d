from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.core.health import heartbeats

ALL_WELL = dict.fromkeys(("database", "migrations", "redis", "worker", "syncer", "beat"), "ok")


@pytest.fixture
def alive(db):
    for program in heartbeats.PROGRAMS:
        heartbeats.record(program, at=timezone.now())


def test_a_process_that_answers_is_healthy_without_a_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_everything_it_needs_is_there(client, alive):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": ALL_WELL})


@pytest.mark.usefixtures("alive")
def test_being_asked_costs_two_queries_and_is_never_cached(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        answer = client.get("/readyz")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("program", heartbeats.PROGRAMS)
def test_it_is_not_ready_without_a_sign_of_life(client, alive, program):
    heartbeats.forget(program)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": ALL_WELL | {program: "not running"}}


def test_a_program_that_has_gone_silent_is_named_with_the_time(client, alive):
    heartbeats.record("worker", at=timezone.now() - heartbeats.STALE - timedelta(seconds=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"].startswith("silent since ")


def test_it_is_not_ready_until_every_migration_of_the_release_is_applied(client, alive):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name = '0001_initial'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == ALL_WELL | {"migrations": "1 not applied"}


def test_a_redis_that_is_away_is_an_answer_and_not_a_crash(client, db, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"}}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == ALL_WELL | {
        "redis": "does not answer",
        "worker": "unknown",
        "syncer": "unknown",
        "beat": "unknown",
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_to_be_read(client, path):
    assert client.post(path).status_code == 405
