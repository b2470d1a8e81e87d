"""manage.py sync and manage.py demo_erp, as an operator meets them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.catalog.models import Product
from apps.core.locks import only_one
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from tests.factories.catalog import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo_as_ours")]


def sync(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    out = StringIO()
    try:
        call_command("sync", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_run_tells_what_it_did() -> None:
    code, said = sync("run", "item_groups")
    assert code == 0
    assert re.fullmatch(r"item_groups: succeeded in \d+\.\d s; 28 read, 28 created\n", said)


def test_a_partial_run_exits_with_three(erp: DemoServer) -> None:
    erp.site.store.put("Item", name="HONEY", disabled=7)
    code, said = sync("run", "items")
    assert code == 3
    assert said.endswith("60 read, 59 created, 1 quarantined\n")


def test_a_missing_right_exits_with_one_and_says_which(erp: DemoServer) -> None:
    erp.site.users[DEMO_KEY] = User("limited", DEMO_SECRET, frozenset({"Item"}))
    code, said = sync("run", "items")
    assert code == 1
    assert "ERPNext does not let our user read “Item”: give that user a role that may" in said
    assert not Product.objects.exists()


def test_refused_credentials_end_the_command_with_a_sentence(erp: DemoServer) -> None:
    erp.site.users.clear()
    code, said = sync("run")
    assert code == 1
    [line] = said.splitlines()  # the others would only meet the same
    assert line.startswith("item_groups: failed in ")
    assert "nothing read. ERPNext does not accept our API key and secret" in line


def test_an_unreachable_erpnext_ends_the_command_with_a_sentence(settings: Any) -> None:
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(**vars(settings.DEPLOYMENT) | {"port": 1})
    code, said = sync("run")
    assert code == 1
    assert "ERPNext at http://127.0.0.1:2 does not answer: is it running" in said
    assert "failed" in sync("status")[1].splitlines()[0]
    assert "(ERPNext at http://127.0.0.1:2 does not answer" in sync("status")[1].splitlines()[0]


def test_an_entity_that_another_worker_is_at_is_passed_over_and_named() -> None:
    out = StringIO()
    with only_one("sync:items"), pytest.raises(CommandError, match=r"sync:items.* has been running since"):
        call_command("sync", "run", stdout=out)
    told = [line.split(":")[0] for line in out.getvalue().splitlines()]
    assert told == [entity.name for entity in ENTITIES if entity.name != "items"]


def test_documents_of_another_company_are_said_to_be_that(erp: DemoServer, settings: Any) -> None:
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": "Another Ltd"})
    assert sync("run", "sales")[1].endswith("; 82 of another company\n")


def test_runs_and_status_come_as_json() -> None:
    code, said = sync("run", "items", "--full", "--json")
    [run] = json.loads(said)
    assert code == 0
    assert (run["entity"], run["mode"], run["state"], run["created"]) == ("items", "full", "succeeded", 60)
    standing = {one["entity"]: one for one in json.loads(sync("status", "--json")[1])}
    assert standing["items"]["records"] == 60
    cursors = standing["items"]["cursors"]
    assert cursors.keys() == {"Item", "Deleted Document"}  # the latter from the time of the first run
    assert cursors["Item"] == "2026-11-22 23:39:30.400942"
    never = standing["sales"]
    assert datetime.fromisoformat(never.pop("due_at")) <= timezone.now()
    assert never == {
        "entity": "sales", "records": 0, "quarantined": 0, "last_run": None, "cursors": {}, "parity": None,
    }  # fmt: skip


def test_status_has_a_line_for_each_entity() -> None:
    sync("run", "items")
    lines = sync("status")[1].splitlines()
    assert [line.split(":")[0] for line in lines] == [*(entity.name for entity in ENTITIES), "images"]
    assert "60 records; succeeded" in lines[1]
    assert lines[3] == "sales: 0 records; never run; due now; nothing read"


def test_status_says_how_the_images_of_products_stand() -> None:
    make_picture("/files/a.jpg")
    lost = {"asset": None, "trouble": "It is gone."}
    make_picture("/files/b.jpg", **lost, state="failed")
    make_picture("/files/c.jpg", **lost, state="refused")
    make_picture("/files/d.jpg", asset=None, state="waiting")
    make_picture("/files/old.jpg", **lost, state="failed", unused_since=timezone.now())
    said = "images: 1 here, 1 to be fetched, 1 could not be fetched, 1 not taken"
    assert sync("status")[1].splitlines()[-1] == said


def test_status_says_of_a_run_whose_worker_died_that_it_was_interrupted() -> None:
    Run.objects.create(entity="items", mode="full", actor_kind="system", actor_label="test")
    assert "0 records; interrupted" in sync("status")[1].splitlines()[1]
    Run.objects.all().delete()
    Run.objects.create(entity="items", mode="full", actor_kind="system", actor_label="test")
    with only_one("sync:items"):
        assert "0 records; running" in sync("status")[1].splitlines()[1]


@contextmanager
def demo_erp(*options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command as a process of its own, and where it says that it listens."""
    server = subprocess.Popen(
        [sys.executable, "manage.py", "demo_erp", "--port", "0", *options],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"DJANGO_ENV": "test"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert url, said
        yield server, url[0]
    finally:
        server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_erpnext_says_where_it_listens_and_stops_when_told(how: signal.Signals) -> None:
    with demo_erp("--scale", "0") as (server, url):
        assert requests.get(f"{url}/api/method/ping", timeout=5).json() == {"message": "pong"}
        server.send_signal(how)
        assert server.wait(timeout=10) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "items"), [((), 300), (("--scale", "2"), 597), (("--recorded",), 60)], ids=str
)
def test_the_demo_erpnext_serves_the_grocer_or_the_recordings(options: tuple[str, ...], items: int) -> None:
    with demo_erp(*options) as (_, url):
        counted = requests.get(
            f"{url}/api/method/frappe.client.get_count",
            params={"doctype": "Item"},
            headers={"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"},
            timeout=5,
        )
        assert counted.json() == {"message": items}


def test_a_scale_below_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="--scale is 0 or more"):
        call_command("demo_erp", "--scale", "-1")


def test_a_taken_port_is_refused_with_a_sentence(erp: DemoServer) -> None:
    with pytest.raises(CommandError, match=f"Port {erp.port} is taken"):
        call_command("demo_erp", "--port", str(erp.port))
