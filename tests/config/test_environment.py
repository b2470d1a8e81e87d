import json
import os
import subprocess
import sys

import pytest

from config.environment import BASE_DIR, MisconfiguredError, Pushing, read_environment
from config.variables import VARIABLES

STRONG = "x8-Kq2_vT9zL4mWc7RbN1sJ5hGdF6aYpE3uHoCiQ0tUyBn-MwZr"
PRODUCTION = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": STRONG,
    "ALLOWED_HOSTS": "larder.example.com, www.larder.example.com",
    "DATABASE_URL": "postgresql://larder:pw@db/larder",
    "REDIS_URL": "redis://redis:6379/0",
    "ERPNEXT_URL": "https://erp.example.com/",
    "ERPNEXT_API_KEY": "key",
    "ERPNEXT_API_SECRET": "secret",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch, tmp_path):
    """Nothing set, and no .env of this checkout."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setattr("config.environment.environ.Env.read_env", lambda *_: None)


def given(monkeypatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def refusal(monkeypatch, **values: str) -> str:
    given(monkeypatch, **values)
    with pytest.raises(MisconfiguredError) as refused:
        read_environment()
    return str(refused.value)


def test_with_nothing_set_it_is_one_machine_with_services_of_its_own():
    deployment = read_environment()
    assert deployment.name == "local"
    assert deployment.database_url is None
    assert [service.name for service in deployment.own_services().own] == ["PostgreSQL", "Valkey"]
    assert deployment.port == 8000
    assert deployment.hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert deployment.erpnext.url is None
    assert deployment.sync_post_enabled is False


def test_tests_use_a_folder_of_their_own_and_do_without_durability(monkeypatch, tmp_path):
    given(monkeypatch, DJANGO_ENV="test", LARDER_VAR=str(tmp_path))
    deployment = read_environment()
    assert deployment.var == tmp_path / "test"
    assert [service.durable for service in deployment.own_services().own] == [False, False]


def test_tests_do_not_read_the_shop_s_env_file(monkeypatch):
    def must_not_be_read(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("config.environment.environ.Env.read_env", must_not_be_read)
    given(monkeypatch, DJANGO_ENV="test")
    assert read_environment().name == "test"


def test_a_url_takes_the_place_of_the_service_it_names(monkeypatch):
    given(monkeypatch, DATABASE_URL="postgresql://db/larder")
    assert [service.name for service in read_environment().own_services().own] == ["Valkey"]
    given(monkeypatch, REDIS_URL="redis://redis/0")
    assert read_environment().own_services().own == ()


def test_a_whole_production_environment_is_accepted(monkeypatch):
    given(monkeypatch, **PRODUCTION)
    deployment = read_environment()
    assert deployment.own_services().own == ()
    assert deployment.hosts == ["larder.example.com", "www.larder.example.com"]
    assert deployment.erpnext.url == "https://erp.example.com"


@pytest.mark.parametrize(
    "missing", sorted(PRODUCTION.keys() - {"DJANGO_ENV", "ERPNEXT_API_KEY", "ERPNEXT_API_SECRET"})
)
def test_production_says_what_is_missing(monkeypatch, missing):
    said = refusal(monkeypatch, **(PRODUCTION | {missing: ""}))
    assert said == f"In production these must be set: {missing}. See .env.example."


def test_production_says_everything_that_is_missing_at_once(monkeypatch):
    said = refusal(monkeypatch, DJANGO_ENV="production")
    assert said == (
        "In production these must be set: SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL, ERPNEXT_URL."
        " See .env.example."
    )


@pytest.mark.parametrize(
    "weak", ["short", "a" * 80, "only-for-this-machine-"], ids=["short", "dull", "known"]
)
def test_production_refuses_a_weak_secret(monkeypatch, weak):
    assert refusal(monkeypatch, **(PRODUCTION | {"SECRET_KEY": weak})).startswith(
        "SECRET_KEY is too weak: use"
    )


def test_production_refuses_the_secret_of_a_local_machine(monkeypatch):
    local = read_environment().secret_key
    assert refusal(monkeypatch, **(PRODUCTION | {"SECRET_KEY": local})).startswith(
        "SECRET_KEY is too weak: use"
    )


def test_production_refuses_every_host(monkeypatch):
    said = refusal(monkeypatch, **(PRODUCTION | {"ALLOWED_HOSTS": "larder.example.com,*"}))
    assert said == "ALLOWED_HOSTS is *; name the hosts that people and apps use."


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("", None),
        ("https://Larder.Example.com/", "https://larder.example.com"),
        ("http://192.168.1.9:8000", "http://192.168.1.9:8000"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_where_people_find_it_is_an_origin(monkeypatch, typed, origin):
    given(monkeypatch, PUBLIC_URL=typed)
    assert read_environment().public_url == origin


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("http://larder.example.com", "PUBLIC_URL begins with http://; in production it must be https://."),
        (
            "https://other.example.com",
            "PUBLIC_URL leads to other.example.com, which ALLOWED_HOSTS does not name.",
        ),
    ],
)
def test_production_leads_nobody_to_where_nothing_is_answered(monkeypatch, typed, sentence):
    assert refusal(monkeypatch, **(PRODUCTION | {"PUBLIC_URL": typed})) == sentence
    given(monkeypatch, PUBLIC_URL="https://www.larder.example.com")
    assert read_environment().public_url == "https://www.larder.example.com"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DJANGO_ENV", "staging", "DJANGO_ENV is “staging”; it must be local, test or production."),
        ("PORT", "80a", "PORT is “80a”; it must be a whole number from 1 to 65535."),
        ("PORT", "0", "PORT is “0”; it must be a whole number from 1 to 65535."),
        ("PORT", "65536", "PORT is “65536”; it must be a whole number from 1 to 65535."),
        ("WEB_THREADS", "²", "WEB_THREADS is “²”; it must be a whole number from 1 to 64."),
        (
            "SHOP_TIME_ZONE",
            "Mars/One",
            "SHOP_TIME_ZONE is “Mars/One”, which is no time zone; try Europe/London.",
        ),
        ("ERP_TIME_ZONE", "../etc", "ERP_TIME_ZONE is “../etc”, which is no time zone; try Europe/London."),
        ("SHOP_CURRENCY", "pounds", "SHOP_CURRENCY is “pounds”; it must be an ISO 4217 code such as GBP."),
        *(
            (
                "PUBLIC_URL",
                wrong,
                "PUBLIC_URL must be scheme and host and nothing else, such as https://larder.example.com.",
            )
            for wrong in (
                "https://",
                "https://larder.example.com/admin/",
                "https://larder.example.com?x=1",
                "https://larder.example.com#x",
                "https://ada:hunter2@larder.example.com",
                "https://a b.example",
                "https://larder.example.com:99999",
                "https://evil.example\\@larder.example.com",
            )
        ),
        (
            "PUBLIC_URL",
            "larder.example.com",
            "PUBLIC_URL has no scheme; it must begin with https:// or http://.",
        ),
        ("SYNC_POST_ENABLED", "maybe", "SYNC_POST_ENABLED is “maybe”; it must be true or false."),
        (
            "DATABASE_URL",
            "mysql://user:pw@db/larder",
            "DATABASE_URL has mysql; it must begin with postgresql:// or postgres://.",
        ),
        (
            "REDIS_URL",
            "localhost",
            "REDIS_URL has no scheme; it must begin with redis:// or rediss:// or unix://.",
        ),
        ("ERPNEXT_URL", "erp", "ERPNEXT_URL has no scheme; it must begin with https:// or http://."),
        (
            "ERPNEXT_URL",
            "https://erp",
            "ERPNEXT_URL is set, but not ERPNEXT_API_KEY and ERPNEXT_API_SECRET: set all three or none.",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(monkeypatch, name, value, sentence):
    assert refusal(monkeypatch, **{name: value}) == sentence


def test_a_refusal_never_repeats_a_password(monkeypatch):
    assert "hunter2" not in refusal(monkeypatch, DATABASE_URL="mysql://larder:hunter2@db/larder")


KEY = json.dumps(
    {"project_id": "p", "client_email": "a@b.example", "private_key": "k", "token_uri": "https://t.example"}
)


def test_pushes_go_to_the_log_until_a_service_is_named(monkeypatch, tmp_path):
    assert read_environment().pushing.adapter == "console"
    file = tmp_path / "key.json"
    file.write_text(KEY)
    for credentials in (KEY, str(file)):
        given(monkeypatch, PUSH_ADAPTER="fcm", FCM_CREDENTIALS=credentials)
        assert read_environment().pushing == Pushing("fcm", credentials)


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ("", "cannot be read"),
        ("/nowhere/key.json", "cannot be read"),
        ("{", "is no key of a service account"),
        ('{"private_key": "very secret"}', "is no key of a service account"),
    ],
)
def test_a_key_that_cannot_push_is_refused_and_not_repeated(monkeypatch, credentials, said):
    sentence = refusal(monkeypatch, PUSH_ADAPTER="fcm", FCM_CREDENTIALS=credentials)
    assert sentence.startswith(f"FCM_CREDENTIALS {said}")
    assert "secret" not in sentence


def test_an_unknown_way_to_push_is_refused(monkeypatch):
    assert refusal(monkeypatch, PUSH_ADAPTER="pigeon").startswith("PUSH_ADAPTER is “pigeon”")


def test_two_installations_of_one_checkout_keep_their_pictures_apart(tmp_path):
    """The nightly look removes files without a row: in a common folder, the other one's whole library."""
    ask = "from config.start import choose_settings; choose_settings();"
    ask += "from django.conf import settings; print(settings.MEDIA_ROOT)"
    said = [
        subprocess.run(
            [sys.executable, "-c", ask],
            env={"PATH": os.defpath, "DJANGO_ENV": "local", "LARDER_VAR": str(tmp_path / name)},
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for name in ("one", "other")
    ]
    assert said == [str(tmp_path / "one" / "media"), str(tmp_path / "other" / "media")]
