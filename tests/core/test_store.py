"""A Redis that hangs costs a process one wait, not one for every question."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RefusedError
from redis.exceptions import TimeoutError as SilentError
from structlog.testing import capture_logs

from apps.core import store
from apps.core.api import throttling
from apps.core.counts import kept
from apps.core.store import LeftAloneError, Rest, asking
from tests.freezing import SILENCE, own_valkey


@pytest.fixture
def valkey(settings, monkeypatch):
    with own_valkey(settings, monkeypatch, throttling) as own:
        yield own


def ask() -> str:
    try:
        with asking():
            cache.get("x")
    except LeftAloneError:
        return "left alone"
    except SilentError:
        return "silent"
    return "answered"


def test_after_one_silence_nobody_waits_and_the_log_says_it_once(valkey):
    assert ask() == "answered"
    valkey.freeze()
    began = monotonic()
    with capture_logs() as said:
        assert [ask() for _ in range(20)] == ["silent"] + ["left alone"] * 19
        assert kept("test:count", lambda: 7, seconds=60) == 7
        with pytest.raises(LeftAloneError):
            throttling.count("somebody", limit=5)
    assert monotonic() - began < 2 * SILENCE
    assert [line["event"] for line in said] == ["redis.left_alone"]


def test_when_the_pause_is_over_it_is_asked_and_answers(valkey, monkeypatch):
    monkeypatch.setattr(store, "PAUSE", 0.2)
    valkey.freeze()
    assert ask() == "silent"
    valkey.thaw()
    assert ask() == "left alone"
    sleep(0.2)
    with capture_logs() as said:
        assert [ask(), ask()] == ["answered", "answered"]
    assert [line["event"] for line in said] == ["redis.answers_again"]


def test_one_that_still_hangs_after_the_pause_costs_one_thread_one_wait(valkey, monkeypatch):
    monkeypatch.setattr(store, "PAUSE", 0.2)
    valkey.freeze()
    assert ask() == "silent"
    sleep(0.2)
    start = Barrier(8)

    def at_once(_thread: int) -> str:
        start.wait()
        return ask()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(at_once, range(8))) == ["left alone"] * 7 + ["silent"]


def test_being_turned_away_is_no_silence():
    for _ in range(2):
        with pytest.raises(RefusedError), asking():
            raise RefusedError
    assert ask() == "answered"


def test_whoever_was_sent_to_look_and_never_came_back_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(store, "PAUSE", 0.0)
    monkeypatch.setattr(store, "LOOK", 0.1)
    rest = Rest()
    rest.begin()
    assert (rest.lets_ask(), rest.lets_ask()) == (True, False)
    sleep(0.1)
    assert rest.lets_ask()
