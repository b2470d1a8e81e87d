"""A change of a key counts at once everywhere, or it is said until when not: with a Valkey that hangs."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.accounts import services
from apps.accounts.services import app_key_use, key_changes, keyring
from apps.core.actors import COMMAND
from apps.core.api import throttling
from apps.core.calling import AppKeyRefusedError
from apps.core.store import REST
from tests.accounts.app_keys.test_calling import APP, code
from tests.factories.app_keys import app_client, make_key
from tests.freezing import SILENCE, OwnValkey, own_valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def valkey(settings, monkeypatch) -> Iterator[OwnValkey]:
    monkeypatch.setattr(key_changes, "AGAIN", 0.05)
    with own_valkey(settings, monkeypatch, throttling, app_key_use) as own:
        yield own
        key_changes._untold.clear()


@pytest.fixture
def known(valkey):
    """A key that every process knows: Redis keeps what it was."""
    made = make_key(name="Tills")
    keyring.app_of(made.secret, at=timezone.now())
    return made


def kept(made) -> object:
    """What another process finds of a key."""
    REST.end()
    return cache.get(key_changes.kept_as(keyring.digest_of(made.secret)))


def revoke(made) -> None:
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=timezone.now())


def comes_true(what, *, within: float = 3.0) -> bool:
    until = monotonic() + within
    while not what() and monotonic() < until:
        sleep(0.02)
    return bool(what())


def test_it_is_marked_before_the_commit_for_as_long_as_anything_is_kept(
    known, valkey, django_capture_on_commit_callbacks
):
    assert isinstance(kept(known), dict)
    with django_capture_on_commit_callbacks() as after:
        revoke(known)
        assert kept(known) == key_changes.CHANGED
    name = cache.make_key(key_changes.kept_as(keyring.digest_of(known.secret)))
    assert key_changes.SETTLES < valkey.client.ttl(name) <= key_changes.KEPT
    assert len(after) == 1


def test_marked_and_then_not_told_nobody_goes_by_the_old_state(
    known, valkey, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        revoke(known)
        valkey.freeze()
    assert services.old_state_until(known.app_key.pk) is None
    valkey.thaw()
    assert kept(known) == key_changes.CHANGED
    with pytest.raises(AppKeyRefusedError):
        keyring.app_of(known.secret, at=timezone.now())


def test_not_marked_but_told_is_as_good(known, valkey, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        valkey.freeze()
        revoke(known)
        valkey.thaw()
    assert (services.old_state_until(known.app_key.pk), kept(known)) == (None, key_changes.CHANGED)


def test_told_neither_time_it_goes_on_telling_and_says_until_when_it_may_matter(
    known, valkey, django_capture_on_commit_callbacks
):
    valkey.freeze()
    before = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        revoke(known)
    until = services.old_state_until(known.app_key.pk)
    assert before + key_changes.LONGEST <= until <= timezone.now() + key_changes.LONGEST
    with pytest.raises(AppKeyRefusedError):  # here it counts already
        keyring.app_of(known.secret, at=timezone.now())
    valkey.thaw()
    assert comes_true(lambda: services.old_state_until(known.app_key.pk) is None)
    assert kept(known) == key_changes.CHANGED
    assert timezone.now() < until


def test_it_tells_no_longer_than_the_old_state_may_be_kept(
    known, valkey, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(key_changes, "LONGEST", timedelta(seconds=0.1))
    valkey.freeze()
    with django_capture_on_commit_callbacks(execute=True):
        revoke(known)
    assert comes_true(lambda: not key_changes._untold)
    assert services.old_state_until(known.app_key.pk) is None


def test_what_a_thread_that_died_has_left_keeps_nobody_from_telling(
    known, valkey, django_capture_on_commit_callbacks
):
    key_changes._untold["left behind"] = timezone.now()
    valkey.freeze()
    with django_capture_on_commit_callbacks(execute=True):
        revoke(known)
    valkey.thaw()
    assert comes_true(lambda: not key_changes._untold)
    assert kept(known) == key_changes.CHANGED


def test_narrowed_scopes_and_an_ended_secret_are_told_like_a_revocation(
    known, valkey, django_capture_on_commit_callbacks
):
    key, now = known.app_key.pk, timezone.now()
    services.rotate_app_key(key, actor=COMMAND, at=now)
    for change in (
        lambda: services.edit_app_key(key, actor=COMMAND, at=now, scopes=[]),
        lambda: services.end_old_secret(key, actor=COMMAND, at=now),
    ):
        valkey.freeze()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert services.old_state_until(key) is not None
        valkey.thaw()
        assert comes_true(lambda: services.old_state_until(key) is None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["revoke", "edit"])
def test_the_page_says_until_what_clock_time_it_may_not_count(desk, known, valkey, act):
    address = f"/admin/accounts/appkey/{known.app_key.pk}/{act}/"
    form = {"_form_submitted": "on", "name": "Tills", "channel": "", "origins": "", "scopes": ["sync"]}
    valkey.freeze()
    desk.post(address, form)
    until = services.old_state_until(known.app_key.pk)
    valkey.thaw()
    page = desk.get("/admin/accounts/appkey/").content.decode()
    clock = f"{timezone.localtime(until):%H:%M:%S}"
    assert f"Until {clock} at the latest some may still go by what “Tills” was before" in page


def test_where_all_were_told_the_page_says_nothing_of_it(desk, known):
    desk.post(f"/admin/accounts/appkey/{known.app_key.pk}/revoke/", {"_form_submitted": "on"})
    page = desk.get("/admin/accounts/appkey/").content.decode()
    assert "is revoked." in page
    assert "Redis did not answer" not in page


def test_requests_of_an_app_wait_once_while_redis_hangs(valkey):
    app = app_client(make_key().secret)
    assert app.get(APP).status_code == 200
    valkey.freeze()
    began = monotonic()
    assert [app.get(APP).status_code for _ in range(10)] == [200] * 10
    assert monotonic() - began < 2 * SILENCE + 1  # each would have waited three times
    assert code(app_client("ak_wrong").get(APP), 401) == "app-key-unknown"
