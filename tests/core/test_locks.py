"""One at a time: with real connections, each in its own thread."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Event
from time import sleep

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from apps.core.errors import AlreadyRunningError, LockLostError
from apps.core.locks import LockConnection, _own_connection, lock_rows, only_one, retry_deadlocks
from apps.core.models import OptionValue


def elsewhere(work):
    """Do work in another thread, thus on other connections, and wait for it."""

    def and_leave():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(and_leave).result(timeout=20)


def attempt(name="test:milk"):
    try:
        with only_one(name):
            return "held"
    except AlreadyRunningError as why:
        return str(why)


@pytest.mark.django_db
def test_a_second_holder_is_refused_and_told_since_when():
    with only_one("test:milk"):
        told = elsewhere(attempt)
    assert told.startswith("“test:milk” has been running since ")


@pytest.mark.django_db
def test_the_same_process_cannot_hold_it_twice_either():
    with only_one("test:milk"):
        assert "running" in attempt()


@pytest.mark.django_db
def test_locks_of_other_names_do_not_touch():
    with only_one("test:milk"):
        assert elsewhere(lambda: attempt("test:butter")) == "held"


@pytest.mark.django_db
def test_it_is_free_again_after_the_block_however_that_ended():
    with pytest.raises(RuntimeError), only_one("test:milk"):
        raise RuntimeError
    assert elsewhere(attempt) == "held"


@pytest.mark.django_db
def test_it_is_free_before_the_server_hears_that_its_connection_is_gone(monkeypatch):
    closing = []

    def close_later(one):
        closing.append(one)

    with monkeypatch.context() as slowly:
        slowly.setattr(psycopg.Connection, "close", close_later)
        assert [attempt(), attempt()] == ["held", "held"]
    for one in closing:
        one.close()


@pytest.mark.django_db
def test_it_outlives_a_connection_that_goes_back_to_the_pool():
    with only_one("test:milk"):
        elsewhere(OptionValue.objects.count)  # used, closed, back in the pool
        assert "running" in elsewhere(attempt)


@pytest.mark.django_db
def test_it_dies_with_its_connection():
    held = psycopg.connect(**_own_connection())
    pid = held.info.backend_pid
    with only_one("test:milk"):
        own = psycopg.connect(**_own_connection())
        (lock_pid,) = own.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'larder lock test:milk %'"
        ).fetchone()
        assert lock_pid != pid
        own.execute("SELECT pg_terminate_backend(%s, 5000)", [lock_pid])
        assert elsewhere(attempt) == "held"
        own.close()
    held.close()


@pytest.mark.django_db
def test_locks_that_share_a_connection_are_refused_and_let_go_each_by_itself():
    with LockConnection() as locks, locks.only_one("test:milk"):
        with locks.only_one("test:butter"):
            assert "running" in elsewhere(attempt)
            assert "running" in elsewhere(lambda: attempt("test:butter"))
            with pytest.raises(AlreadyRunningError), locks.only_one("test:milk"):
                pytest.fail("one session was granted a lock twice")
        assert "running" in elsewhere(attempt)
        assert elsewhere(lambda: attempt("test:butter")) == "held"
    assert elsewhere(attempt) == "held"


@pytest.mark.django_db
def test_a_shared_connection_that_broke_is_replaced_for_the_next_lock():
    with LockConnection() as locks:
        with locks.only_one("test:milk") as held, psycopg.connect(**_own_connection()) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [held.connection.info.backend_pid])
            with pytest.raises(LockLostError):
                held.check()
        with locks.only_one("test:butter") as held:
            held.check()
            assert "running" in elsewhere(lambda: attempt("test:butter"))
            assert elsewhere(attempt) == "held"


@pytest.mark.django_db
def test_no_transaction_stays_open_while_it_is_held():
    with only_one("test:milk"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state FROM pg_stat_activity WHERE application_name LIKE 'larder lock test:milk %'"
        )
        assert cursor.fetchall() == [("idle",)]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_one_order_so_that_nobody_waits_for_each_other():
    for key in ("a", "b"):
        OptionValue.objects.create(key=key, value=1)
    first_has_both, let_go = Event(), Event()

    def hold():
        with transaction.atomic():
            locked = [row.key for row in lock_rows(OptionValue.objects.order_by("-key"))]
            first_has_both.set()
            let_go.wait(timeout=10)
        connection.close()
        return locked

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert first_has_both.wait(timeout=10)
        with transaction.atomic():
            free = OptionValue.objects.select_for_update(skip_locked=True)
            assert list(free) == []
        let_go.set()
        assert holder.result(timeout=10) == ["a", "b"]


# --- deadlocks ---------------------------------------------------------------------------------------------
def rename(key, to):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_optionvalue SET value = %s WHERE key = %s", [to, key])


def wait_until_somebody_waits(asking):
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(200):
        if asking.execute(waiting).fetchone():
            return
        sleep(0.02)
    pytest.fail("nobody waited")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inside", [False, True])
def test_who_is_ended_for_a_deadlock_begins_again(inside):
    for key in ("a", "b"):
        OptionValue.objects.create(key=key, value="0")
    attempts = []

    def both():
        attempts.append(1)
        rename("b", '"ours"')
        rename("a", '"ours"')  # which the other has, who will want "b"
        return "done"

    def here():
        with transaction.atomic() if inside else nullcontext():
            return retry_deadlocks(both)

    with psycopg.connect(**_own_connection() | {"autocommit": False}) as other:
        other.execute("SET deadlock_timeout = '60s'")  # it is we who will be ended
        other.execute("UPDATE core_optionvalue SET value = '\"theirs\"' WHERE key = 'a'")
        with ThreadPoolExecutor(1) as pool, psycopg.connect(**_own_connection()) as asking:
            ours = pool.submit(lambda: (here(), connection.close()))
            wait_until_somebody_waits(asking)
            other.execute("UPDATE core_optionvalue SET value = '\"theirs\"' WHERE key = 'b'")
            other.commit()
            assert ours.result(timeout=20)[0] == "done"
    assert len(attempts) == 2
    assert set(OptionValue.objects.values_list("value", flat=True)) == {"ours"}


@pytest.mark.django_db
def test_what_is_no_deadlock_is_not_tried_again():
    attempts = []

    def work():
        attempts.append(1)
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="disk"):
        retry_deadlocks(work)
    assert len(attempts) == 1
