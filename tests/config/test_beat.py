from datetime import timedelta

import pytest
from celery import Celery
from celery.schedules import schedule
from django.core.cache import cache
from django.utils import timezone

from apps.core.health import heartbeats
from config.beat import LEADER, NAP, RememberingScheduler


@pytest.fixture
def app() -> Celery:
    app = Celery("clock", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"hourly": {"task": "clock.hourly", "schedule": schedule(timedelta(hours=1))}}
    return app


@pytest.fixture
def sent(app) -> list[str]:
    """The names of the tasks that reach the queue."""
    names: list[str] = []
    app.send_task = lambda name, *_args, **_options: names.append(name)  # type: ignore[method-assign]
    return names


def ticks(beat: RememberingScheduler, times: int = 3) -> None:
    for _ in range(times):
        beat.tick()


def remember(*, hours_ago: float) -> None:
    cache.set("beat:last-run:hourly", timezone.now() - timedelta(hours=hours_ago), timeout=None)


def test_the_first_start_ever_waits_for_the_job_s_time(app, sent):
    ticks(RememberingScheduler(app))
    assert sent == []


def test_a_job_whose_time_passed_while_no_beat_ran_is_sent_at_once_and_once(app, sent):
    remember(hours_ago=5)
    ticks(RememberingScheduler(app))
    assert sent == ["clock.hourly"]


def test_a_job_that_ran_before_a_restart_is_not_run_again_by_it(app, sent):
    remember(hours_ago=5)
    first = RememberingScheduler(app)
    ticks(first)
    first.close()
    ticks(RememberingScheduler(app))
    assert sent == ["clock.hourly"]


def test_of_two_beats_one_sends(app, sent):
    remember(hours_ago=5)
    first, second = RememberingScheduler(app), RememberingScheduler(app)
    ticks(first)
    assert second.tick() == NAP
    assert sent == ["clock.hourly"]
    assert (first.leads, second.leads) == (True, False)


def test_another_beat_takes_over_with_what_the_first_remembered(app, sent):
    remember(hours_ago=5)
    first, second = RememberingScheduler(app), RememberingScheduler(app)
    ticks(first)
    cache.delete(LEADER)  # as when its lease has run out
    ticks(second)
    assert (sent, second.leads) == (["clock.hourly"], True)


def test_every_tick_is_a_sign_of_life_and_none_is_far_from_the_next(app, sent):
    beat = RememberingScheduler(app)
    assert 0 < beat.tick() <= NAP
    assert timezone.now() - heartbeats.last("beat") < timedelta(seconds=5)


def test_a_redis_that_is_away_makes_it_wait_and_not_fall(app, sent, settings):
    remember(hours_ago=5)
    beat = RememberingScheduler(app)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"}}
    assert beat.tick() == NAP
    assert sent == []
