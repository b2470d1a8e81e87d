"""What the Dockerfile does, done in a clean folder: not every machine can build images."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from apps.core.embedded.process import wait_until
from config.environment import BASE_DIR
from tests.config.conftest import Servers
from tests.config.programs import free_port

pytestmark = pytest.mark.slow

DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
_, BUILD, RUN = DOCKERFILE.split("\nFROM ")
SECRET = "x8-Kq2_vT9zL4mWc7RbN1sJ5hGdF6aYpE3uHoCiQ0tUyBn-MwZr"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with exactly what the image's build stage copies."""
    folder = tmp_path / "larder"
    folder.mkdir()
    for source in re.findall(r"^COPY (\S+) \S+$", BUILD, re.MULTILINE):
        if source == "requirements.txt":
            continue  # installed in the tests' own environment, offline
        for found in BASE_DIR.glob(source):
            copy = shutil.copytree if found.is_dir() else shutil.copy
            copy(found, folder / found.name)
    return folder


def production(servers: Servers, **more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_ENV", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    return (
        kept
        | servers.urls("TCP")
        | {
            "DJANGO_ENV": "production",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": "larder.example.com",
            "ERPNEXT_URL": "https://erp.example.com",
            "ERPNEXT_API_KEY": "key",
            "ERPNEXT_API_SECRET": "secret",
            "HOST": "127.0.0.1",
            "WEB_CONCURRENCY": "1",
            "TRUSTED_PROXIES": "1",
            **more,
        }
    )


def done(folder: Path, environment: dict[str, str], *command: str) -> str:
    ran = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture
def web(image: Path, servers: Servers, tmp_path: Path) -> Iterator[str]:
    """The image's own start command, after its own build steps."""
    port = free_port()
    environment = production(servers, PORT=str(port), LARDER_VAR=str(tmp_path / "data"))
    done(image, environment, sys.executable, "manage.py", "collectstatic", "--no-input")
    done(image, environment, sys.executable, "manage.py", "migrate", "--verbosity", "0")
    assert 'CMD ["gunicorn", "--config", "python:config.web"]' in RUN
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:config.web"], cwd=image, env=environment
    )
    at = f"http://127.0.0.1:{port}"
    assert wait_until(lambda: answers(at), seconds=60)
    yield at
    server.terminate()
    assert server.wait(40) == 0


def answers(at: str) -> bool:
    try:
        return requests.get(f"{at}/healthz", timeout=2).ok
    except requests.RequestException:
        return False


def test_it_serves_pages_files_and_its_own_health_check(web):
    through_proxy = {"Host": "larder.example.com", "X-Forwarded-Proto": "https"}
    login = requests.get(f"{web}/admin/login/", headers=through_proxy, timeout=20)
    assert login.status_code == 200
    assert login.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    style = re.search(r'href="(/static/larder/css/[\w.-]+\.[0-9a-f]{12}\.css)"', login.text)
    assert style, "the collected files carry their hash in their name"
    sheet = requests.get(f"{web}{style[1]}", headers=through_proxy, timeout=20)
    assert (sheet.status_code, sheet.headers["Cache-Control"]) == (
        200,
        "max-age=315360000, public, immutable",
    )
    assert requests.get(f"{web}/healthz", timeout=5).json() == {"status": "ok"}


def test_it_sends_people_to_tls_and_refuses_other_hosts(web):
    plain = requests.get(
        f"{web}/admin/", headers={"Host": "larder.example.com"}, allow_redirects=False, timeout=20
    )
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://larder.example.com/admin/")
    other = {"Host": "evil.example.com", "X-Forwarded-Proto": "https"}
    assert requests.get(f"{web}/admin/login/", headers=other, timeout=20).status_code == 400


def test_django_finds_nothing_to_say_against_the_deployment(servers):
    said = done(
        BASE_DIR,
        production(servers),
        sys.executable,
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
    )
    assert "no issues" in said


def test_the_image_does_not_run_as_root_and_holds_no_secret():
    assert re.search(r"^USER larder$", RUN, re.MULTILINE)
    assert "SECRET_KEY" not in RUN
    assert ".env" in (BASE_DIR / ".dockerignore").read_text().split()
