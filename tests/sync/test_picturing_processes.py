"""Fetchers in processes of their own: killed half-way, and two at once."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import ErpPicture
from apps.catalog.states import PictureState
from apps.media.models import Asset
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from tests import pictures
from tests.factories.catalog import make_product
from tests.sync.test_crowd import _environment as environment_of

ROOT = Path(__file__).parents[2]
PATHS = ("/files/one.jpg", "/private/files/two.png", "/files/three.jpg")
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]


def fetcher(erp: DemoServer) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "sync", "pictures"],
        cwd=ROOT, env=environment_of(erp), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def named(erp: DemoServer) -> None:
    """Three products with an image each, in ERPNext's files."""
    for number, path in enumerate(PATHS):
        make_product(image_path=path)
        erp.site.files.put[path] = (pictures.jpeg(60 + number, 40), "image/jpeg")


def asked(erp: DemoServer) -> list[str]:
    return [said.removeprefix("GET ") for said in erp.site.asked]


def states() -> dict[str, str]:
    return dict(ErpPicture.objects.values_list("path", "state"))


def test_what_a_killed_fetcher_had_in_hand_is_fetched_when_its_lease_is_over(erp: DemoServer, named: None):
    erp.site.faults.plan(Fault.SLOW, where=PATHS[1], seconds=60)
    killed = fetcher(erp)
    wait_until(lambda: not erp.site.faults.planned)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    erp.site.faults.calm()
    held = ErpPicture.objects.get(path=PATHS[1])
    assert (held.state, held.attempts, held.asset_id) == (PictureState.WAITING, 1, None)
    assert held.due_at > timezone.now() + catalog.pictures.LEASE - timedelta(minutes=1)

    out, err = fetcher(erp).communicate(timeout=60)
    assert "images: 2 here, 1 to be fetched" in out, err
    ErpPicture.objects.filter(pk=held.pk).update(due_at=timezone.now())
    out, err = fetcher(erp).communicate(timeout=60)
    assert out == "images: 3 here\n", err
    assert Asset.objects.count() == 3


def test_two_at_once_fetch_each_image_once(erp: DemoServer, named: None):
    both = [fetcher(erp), fetcher(erp)]
    said: list[Any] = [one.communicate(timeout=60) for one in both]
    assert set(states().values()) == {PictureState.HERE}, said
    assert sorted(asked(erp)) == sorted(PATHS)
    assert Asset.objects.count() == 3
    connection.close()
