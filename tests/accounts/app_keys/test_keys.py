"""Keys of apps: made, changed, replaced, revoked; known again by nothing but their hash."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import services
from apps.accounts.errors import AlreadyMadeError, AppKeyRevokedError, RotationUnderWayError
from apps.accounts.models import AppKey, AppSecret
from apps.accounts.scopes import Scope, all_scopes, opened_alone, register, usual_scopes
from apps.accounts.services import keyring
from apps.accounts.services.app_keys import OVERLAP, origin_of
from apps.accounts.states import AppKeyState, AppKind
from apps.core.actors import COMMAND
from apps.core.calling import AppKeyRefusedError
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from tests.factories.app_keys import make_key

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
db = pytest.mark.django_db


def refused(key: str, *, at: datetime) -> str:
    with pytest.raises(AppKeyRefusedError) as why:
        keyring.app_of(key, at=at)
    assert why.value.status == 401
    return why.value.code


# --- made --------------------------------------------------------------------------------------------------
@db
def test_a_key_is_a_prefix_and_256_bits_of_which_only_the_hash_is_kept():
    made = make_key(at=NOW)
    prefix = keyring.parse(made.secret)
    row = AppSecret.objects.values().get()
    assert (row["prefix"], row["digest"]) == (prefix, keyring.digest_of(made.secret))
    assert (len(made.secret), made.secret[:3], str(AppSecret.objects.get())) == (
        55,
        "ak_",
        f"ak_{prefix}_***",
    )
    assert made.secret.removeprefix(f"ak_{prefix}_") not in str(row)
    assert made.secret not in repr(made)


@db
def test_a_key_has_the_scopes_of_its_kind_unless_others_are_named():
    assert make_key(AppKind.ADMIN_APP).app_key.scopes == usual_scopes(AppKind.ADMIN_APP) == ["staff", "sync"]
    assert make_key(AppKind.CUSTOMER_APP).app_key.scopes == ["catalogue"]
    assert make_key(AppKind.EXTERNAL, scopes=["sync"]).app_key.scopes == ["sync"]


@db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 81),
        ("name", "a\x00b"),
        ("scopes", ["everything"]),
        ("scopes", ["staff"]),  # a customer's app is not for staff
        ("channel", "in the shop"),
        ("origins", ["shop.example.com"]),
        ("origins", [f"https://{number}.example.com" for number in range(21)]),
        ("requests_per_minute", 0),
        ("expires_at", NOW),
    ],
)
def test_what_no_key_can_be_is_refused_at_its_field(field, value):
    with pytest.raises(InvalidInputError) as why:
        make_key(AppKind.CUSTOMER_APP, at=NOW, **{field: value})
    assert [error.field for error in why.value.errors] == [field]
    assert AppKey.objects.count() == AuditEntry.objects.count() == 0


@db
def test_no_kind_that_is_none():
    with pytest.raises(InvalidInputError):
        make_key("till")
    with pytest.raises(IntegrityError), transaction.atomic():
        AppKey.objects.create(name="x", kind="till")


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Shop.Example.com", "https://shop.example.com"),
        (" https://shop.example.com/ ", "https://shop.example.com"),
        ("https://shop.example.com:443", "https://shop.example.com"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(written, origin):
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "shop.example.com", "https://", "ftp://x.example", "https://a.example/path", "https://u@a.b",
     "https://a.example?x", "https://a.example:x", "https://[::1", "https://a b.example", "https://a\x00.example",
     "https://*.example.com", "https://" + "a" * 300, "https://" + "é" * 70],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(ValueError, match="no origin"):
        origin_of(text)


@given(st.text(max_size=300))
def test_any_text_is_an_origin_or_is_refused(text):
    try:
        origin = origin_of(text)
    except ValueError:
        return
    assert origin_of(origin) == origin


@db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_makes_one_key():
    start = threading.Barrier(4)

    def send(_number: int) -> str:
        start.wait()
        try:
            return make_key(once="f" * 32).secret
        except AlreadyMadeError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        secrets = [secret for secret in pool.map(send, range(4)) if secret]
    assert (len(secrets), AppKey.objects.count(), AppSecret.objects.count()) == (1, 1, 1)
    assert AuditEntry.objects.filter(action="app_key.made").count() == 1


@db(transaction=True)
def test_of_two_rotations_at_once_one_is_refused():
    made, start = make_key(at=NOW), threading.Barrier(2)

    def rotate(_number: int) -> bool:
        start.wait()
        try:
            services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
        except RotationUnderWayError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(rotate, range(2))) == [False, True]
    assert AppSecret.objects.filter(ends_at__isnull=True).count() == 1


# --- known again -------------------------------------------------------------------------------------------
@given(st.from_regex(r"ak_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", fullmatch=True))
def test_what_has_the_shape_of_a_key_is_read_as_one(key):
    assert keyring.parse(key) == key[3:11]


@given(st.text(max_size=80))
def test_what_has_another_shape_is_none(text):
    parsed = keyring.parse(text)
    assert parsed is None or (len(text) == 55 and text.isascii() and text == f"ak_{parsed}_{text[12:]}")


def test_every_new_key_can_be_read():
    for _number in range(200):
        key, prefix = keyring.new_key()
        assert keyring.parse(key) == prefix


@db
def test_a_key_says_which_app_it_is():
    made = make_key(
        AppKind.CUSTOMER_APP, name="Flutter", channel="App", origins=["https://shop.example.com"],
        requests_per_minute=90, expires_at=NOW + 30 * DAY, at=NOW,
    )  # fmt: skip
    app = keyring.app_of(made.secret, at=NOW)
    assert (app.id, app.name, app.kind, app.channel) == (made.app_key.pk, "Flutter", "customer_app", "app")
    assert (app.origins, app.per_minute) == (frozenset({"https://shop.example.com"}), 90)
    assert (app.is_public, app.expires_at) == (True, NOW + 30 * DAY)


@db
def test_a_wrong_secret_behind_a_known_prefix_costs_what_an_unknown_prefix_costs(django_assert_num_queries):
    known = make_key().secret
    for wrong in (known[:-1] + ("a" if known[-1] != "a" else "b"), keyring.new_key()[0]):
        for _time in range(2):  # nothing is kept of what was wrong
            with django_assert_num_queries(1):
                assert refused(wrong, at=NOW) == "app-key-unknown"


@db
@pytest.mark.parametrize(
    "key", ["", "ak_", "x" * 10_000, "ak_\x00", "ak_аbcdefgh_" + "x" * 43, "ak_abcdefgh_" + "x" * 43 + "\n"]
)
def test_what_was_never_a_key_is_refused_unread(key, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refused(key, at=NOW) == "app-key-unknown"


@db
def test_a_known_key_is_read_once_a_minute(django_assert_num_queries):
    key = make_key().secret
    with django_assert_num_queries(1):
        first = keyring.app_of(key, at=NOW)
    with django_assert_num_queries(0):
        assert keyring.app_of(key, at=NOW) == first


@db
def test_a_key_that_another_release_kept_is_read_anew(django_assert_num_queries):
    key = make_key().secret
    keyring.app_of(key, at=NOW)
    keyring.cache.set(f"app-key:{keyring.digest_of(key)}", {"app": {"id": 1}}, 60)
    with django_assert_num_queries(1):
        assert keyring.app_of(key, at=NOW).name == "Shop floor"


@db
def test_why_a_key_no_longer_counts_is_told_to_nobody_but_its_holder():
    made = make_key(at=NOW)
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    assert refused(made.secret, at=NOW) == "app-key-revoked"
    assert refused(made.secret[:-2] + "zz", at=NOW) == "app-key-unknown"


@db
def test_a_key_ends_at_its_moment_also_where_it_is_kept():
    made = make_key(at=NOW, expires_at=NOW + DAY)
    assert keyring.app_of(made.secret, at=NOW + DAY - timedelta(seconds=1))
    assert refused(made.secret, at=NOW + DAY) == "app-key-expired"


# --- scopes ------------------------------------------------------------------------------------------------
def test_a_scope_has_one_meaning():
    with pytest.raises(ValueError, match="staff"):
        register(Scope("staff", "Other", "Other", kinds=frozenset()))
    assert [scope.name for scope in all_scopes()] == ["catalogue", "staff", "sync"]


def test_a_key_that_anybody_can_read_opens_alone_only_what_is_public():
    scopes = frozenset({"catalogue", "staff", "sync"})
    for kind in (AppKind.ADMIN_APP, AppKind.CUSTOMER_APP):
        assert opened_alone(kind, scopes) == {"catalogue"}
    assert opened_alone(AppKind.EXTERNAL, scopes) == scopes


# --- changed -----------------------------------------------------------------------------------------------
@db(transaction=True)
def test_a_change_counts_at_the_next_request_and_is_told_with_both_values():
    made = make_key(at=NOW)
    keyring.app_of(made.secret, at=NOW)
    services.edit_app_key(made.app_key.pk, actor=COMMAND, at=NOW, name="Till", scopes=["staff"])
    assert (keyring.app_of(made.secret, at=NOW).name, keyring.app_of(made.secret, at=NOW).scopes) == (
        "Till",
        frozenset({"staff"}),
    )
    entry = AuditEntry.objects.get(action="app_key.changed")
    assert (entry.before, entry.after) == (
        {"name": "Shop floor", "scopes": ["staff", "sync"]},
        {"name": "Till", "scopes": ["staff"]},
    )


@db
def test_what_stays_as_it_was_leaves_no_trace():
    made = make_key(at=NOW)
    services.edit_app_key(made.app_key.pk, actor=COMMAND, at=NOW, name="Shop floor")
    assert not AuditEntry.objects.filter(action="app_key.changed").exists()


@db
def test_what_a_key_is_for_is_not_edited():
    made = make_key(at=NOW)
    with pytest.raises(TypeError):
        services.edit_app_key(made.app_key.pk, actor=COMMAND, at=NOW, kind=AppKind.EXTERNAL)


# --- rotated -----------------------------------------------------------------------------------------------
@db(transaction=True)
def test_after_a_rotation_both_secrets_count_for_a_fortnight():
    made = make_key(at=NOW)
    keyring.app_of(made.secret, at=NOW)
    new = services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    last = NOW + OVERLAP - timedelta(seconds=1)
    assert keyring.app_of(made.secret, at=last).id == keyring.app_of(new.secret, at=last).id
    assert refused(made.secret, at=NOW + OVERLAP) == "app-key-expired"
    assert keyring.app_of(new.secret, at=NOW + OVERLAP).name == "Shop floor"
    assert made.app_key.state(NOW) == AppKeyState.ROTATING
    assert made.app_key.state(NOW + OVERLAP) == AppKeyState.ACTIVE


@db(transaction=True)
def test_the_old_secret_can_be_ended_at_once():
    made = make_key(at=NOW)
    new = services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    keyring.app_of(made.secret, at=NOW)
    services.end_old_secret(made.app_key.pk, actor=COMMAND, at=NOW + DAY)
    assert refused(made.secret, at=NOW + DAY) == "app-key-expired"
    assert keyring.app_of(new.secret, at=NOW + DAY)
    with pytest.raises(NotFoundError):
        services.end_old_secret(made.app_key.pk, actor=COMMAND, at=NOW + DAY)


@db
def test_a_key_has_at_most_two_secrets_that_count():
    made = make_key(at=NOW)
    services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    with pytest.raises(RotationUnderWayError):
        services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW + DAY)
    assert AppSecret.objects.count() == 2
    services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW + OVERLAP)
    assert AppSecret.objects.count() == 3


# --- revoked -----------------------------------------------------------------------------------------------
@db(transaction=True)
def test_a_revoked_key_lets_nobody_in_from_the_same_moment_and_stays_so():
    made = make_key(at=NOW)
    keyring.app_of(made.secret, at=NOW)
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=NOW, reason="A laptop was stolen")
    assert refused(made.secret, at=NOW) == "app-key-revoked"
    for verb in (services.rotate_app_key, services.revoke_app_key, services.edit_app_key):
        with pytest.raises(AppKeyRevokedError):
            verb(made.app_key.pk, actor=COMMAND, at=NOW)
    key = AppKey.objects.get()
    assert (key.revoked_at, key.revoked_by, key.revoked_because) == (
        NOW,
        "command line",
        "A laptop was stolen",
    )


@db(transaction=True)
def test_nobody_who_read_before_a_change_puts_back_what_he_read():
    made = make_key(at=NOW)
    digest = keyring.digest_of(made.secret)
    before = keyring._read(keyring.parse(made.secret), digest)
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    keyring._keep(digest, before)
    assert refused(made.secret, at=NOW) == "app-key-revoked"


@db
def test_the_trace_tells_all_of_it_and_no_secret():
    made = make_key(at=NOW)
    new = services.rotate_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    services.end_old_secret(made.app_key.pk, actor=COMMAND, at=NOW)
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=NOW)
    entries = list(AuditEntry.objects.order_by("id").values())
    assert [entry["action"] for entry in entries] == [
        "app_key.made",
        "app_key.rotated",
        "app_key.old_secret_ended",
        "app_key.revoked",
    ]
    told = str(entries)
    for secret in (made.secret, new.secret):
        assert secret not in told
        assert keyring.digest_of(secret) not in told
