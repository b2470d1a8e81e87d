"""What production's own settings do with a request: asked of a process of their own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from config.environment import BASE_DIR

SECRET = "x8-Kq2_vT9zL4mWc7RbN1sJ5hGdF6aYpE3uHoCiQ0tUyBn-MwZr"
ASK = """
import json, sys
from config.start import choose_settings
choose_settings()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
import django
django.setup()
from django.test import Client
answers = []
for path, headers in json.loads(sys.argv[1]):
    client = Client(raise_request_exception=False)
    got = client.get(path, headers=headers)
    cookies = {name: {k: v for k, v in morsel.items() if v} for name, morsel in client.cookies.items()}
    answers.append({"status": got.status_code, "headers": dict(got.headers), "cookies": cookies})
names = sys.argv[2].split(",")
print(json.dumps([answers, {name: getattr(settings, name) for name in names}], default=str))
"""
BY_TLS = {"Host": "larder.example.com", "X-Forwarded-Proto": "https"}


def production(*asked: tuple[str, dict[str, str]], names: str = "DEBUG", **more: str) -> Any:
    """The answers to these requests, and these settings, of a production of this test's database."""
    place = connection.settings_dict
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}"
    given = {
        "DJANGO_ENV": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "larder.example.com,.shop.example.com",
        "DATABASE_URL": url + (f"&port={place['PORT']}" if place["PORT"] else ""),
        "REDIS_URL": settings.REDIS_URL,
        "ERPNEXT_URL": "https://erp.example.com",
        "ERPNEXT_API_KEY": "key",
        "ERPNEXT_API_SECRET": "secret",
        "TRUSTED_PROXIES": "1",
    }
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    ran = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(asked), names],
        cwd=BASE_DIR,
        env=kept | given | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def answers(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One process for the requests of all these tests: it takes seconds to start."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        got, _ = production(
            ("/admin/login/", BY_TLS),
            ("/admin/login/", {"Host": "larder.example.com"}),
            ("/admin/login/", {"Host": "evil.example.com", "X-Forwarded-Proto": "https"}),
            (
                "/admin/login/",
                BY_TLS | {"Host": "evil.example.com", "X-Forwarded-Host": "larder.example.com"},
            ),
            ("/admin/login/", {"Host": "larder.example.com", "X-Forwarded-Host": "evil.example.com"}),
            ("/admin/login/", {"Host": "larder.example.com", "X-Forwarded-Proto": "http, https"}),
            ("/admin/doc/", BY_TLS),
            ("/healthz", {"Host": "127.0.0.1"}),
            ("/api/v1/staff/products", BY_TLS | {"Accept": "text/html"}),
        )
        names = (
            "secure", "plain", "other_host", "told_host", "told_host_plain", "said_both", "docs", "health",
            "api",
        )  # fmt: skip
        return dict(zip(names, got, strict=True))


def test_every_answer_says_to_the_browser_what_it_may_not_do(answers):
    said = answers["secure"]["headers"]
    assert answers["secure"]["status"] == 200
    assert said["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert (said["X-Content-Type-Options"], said["X-Frame-Options"]) == ("nosniff", "DENY")
    assert (said["Referrer-Policy"], said["Cross-Origin-Opener-Policy"]) == ("same-origin", "same-origin")
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(
        said["Permissions-Policy"].split(", ")
    )
    assert "frame-ancestors 'none'" in said["Content-Security-Policy"]


def test_cookies_travel_by_tls_alone(answers):
    cookie = answers["secure"]["cookies"]["csrftoken"]
    assert (cookie["secure"], cookie["samesite"]) == (True, "Lax")


def test_without_tls_one_is_sent_to_it_whatever_host_one_made_up(answers):
    for name in ("plain", "told_host_plain", "said_both"):
        assert answers[name]["status"] == 301
        assert answers[name]["headers"]["Location"] == "https://larder.example.com/admin/login/"


def test_no_other_host_is_answered_and_none_that_a_header_claims(answers):
    assert (answers["other_host"]["status"], answers["told_host"]["status"]) == (400, 400)


def test_there_are_no_pages_about_our_own_code(answers):
    assert answers["docs"]["status"] in {302, 404}
    assert "django.contrib.admindocs" not in settings.INSTALLED_APPS


def test_a_container_asks_itself_without_tls(answers):
    assert answers["health"]["status"] == 200


def test_the_api_has_no_pages_to_browse(answers):
    assert answers["api"]["status"] in {401, 406}
    assert answers["api"]["headers"]["Content-Type"].startswith("application/problem+json")


@pytest.mark.django_db
def test_the_settings_themselves():
    names = (
        "DEBUG,SESSION_COOKIE_SECURE,SESSION_COOKIE_HTTPONLY,SESSION_COOKIE_SAMESITE,CSRF_COOKIE_SECURE,"
        "LANGUAGE_COOKIE_SECURE,SECURE_HSTS_SECONDS,CSRF_TRUSTED_ORIGINS,USE_X_FORWARDED_HOST,"
        "DATA_UPLOAD_MAX_MEMORY_SIZE,DATA_UPLOAD_MAX_NUMBER_FIELDS,DATA_UPLOAD_MAX_NUMBER_FILES"
    )
    _, found = production(names=names)
    assert found == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "CSRF_TRUSTED_ORIGINS": [
            "https://larder.example.com",
            "https://shop.example.com",
            "https://*.shop.example.com",
        ],
        "USE_X_FORWARDED_HOST": False,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2_500_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2_000,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 50,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TRUSTED_PROXIES": "0"}, "(larder.W002) TRUSTED_PROXIES is 0"),
        (
            {"EMAIL_URL": "smtp://mail.example.com", "EMAIL_FROM": "larder@example.com"},
            "(larder.W003) PUBLIC_URL is empty",
        ),
        ({"OPTION_API_PAGE_SIZE": "many"}, "(larder.E001) OPTION_API_PAGE_SIZE cannot be read"),
        ({"OPTION_API_PAGESIZE": "20"}, "(larder.W001) OPTION_API_PAGESIZE fixes no setting"),
    ],
)
def test_a_check_of_the_deployment_says_what_django_cannot_know(given, said, monkeypatch):
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = {
        "DJANGO_ENV": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "larder.example.com",
        "DATABASE_URL": "postgresql://larder@127.0.0.1/larder",
        "REDIS_URL": "redis://127.0.0.1/0",
        "ERPNEXT_URL": "https://erp.example.com",
        "ERPNEXT_API_KEY": "key",
        "ERPNEXT_API_SECRET": "secret",
        "TRUSTED_PROXIES": "1",
    }
    ran = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR, env=kept | environment | given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert said in ran.stderr
    assert ran.stderr.count("(larder.") == 1
