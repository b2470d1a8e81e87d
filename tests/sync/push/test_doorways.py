"""The clock, the nudge and the command: three ways to one verb."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.core import outgoing
from apps.core.actors import SYSTEM
from apps.core.locks import only_one
from apps.core.models import Outgoing
from apps.sync import tasks
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.services.sending import LOCK
from apps.sync.services.waiting import why_it_stands
from tests.sync.push.conftest import Send, again, let_push, rows
from tests.sync.push.payloads import queue_price, queue_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open", "_demo_as_ours")]


def outbox(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    out = StringIO()
    try:
        call_command("sync", "outbox", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_clock_sends_what_waits(erp: DemoServer) -> None:
    message = queue_price()
    with only_one(LOCK):
        tasks.send_outgoing()
    assert again(message).state == "pending"
    tasks.send_outgoing()
    assert again(message).state == "sent"


def test_what_is_queued_goes_as_soon_as_it_is_there(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        message = queue_price()
        assert again(message).state == "pending"
    assert again(message).state == "sent"


def test_the_command_tells_what_waits_and_why() -> None:
    assert outbox() == (0, "Nothing waits in the outbox.\n")
    let_push(prices=False)
    reference = queue_price().reference
    code, said = outbox()
    off = "The control “Prices: Push” is off. An admin switches it on under Settings › Sync controls."
    assert (code, said) == (0, f"{reference} (Two for one): pending. {off} It waits here.\n")
    code, said = outbox("--retry")
    assert (code, said.splitlines()[0]) == (0, "This round: nothing was sent.")


def test_the_command_ends_with_three_when_something_has_to_be_mended(erp: DemoServer, send: Send) -> None:
    queue_price(rate="0")
    failing = queue_rule()
    erp.site.faults.plan(Fault.CLOSED, only_writes=True, where="campaign/4")
    code, said = outbox("--retry")
    lines = said.splitlines()
    assert (code, lines[0]) == (3, "This round: 1 failed, to be tried again, 1 need attention.")
    assert "needs attention, tried 1 times. It was not sent: “rate” is 0;" in lines[1]
    assert lines[2].startswith(
        "campaign/4 (Two for one): failed, will be tried again, tried 1 times, next try 20"
    )
    code, said = outbox("--retry", "--json")
    found = json.loads(said)
    assert (code, found["round"]["sent"], [one["state"] for one in found["open"]]) == (
        3,
        1,
        ["needs_attention"],
    )
    assert again(failing).state == "sent"
    assert len(rows(erp, "Pricing Rule", custom_larder_ref="campaign/4")) == 1


def test_each_state_says_why(erp: DemoServer, send: Send, settings: Any) -> None:
    message = queue_price()
    assert why_it_stands(message) == "It goes with the next round, within a minute."
    erp.site.maintenance = True
    send()
    assert why_it_stands(again(message)).endswith("behind its address. It is tried again by itself.")
    fresh = queue_price(item_code="GRO-0002")
    assert why_it_stands(fresh).startswith(
        "ERPNext cannot be written to at present: ERPNext is in maintenance"
    )
    taken = outgoing.take(fresh.pk, at=timezone.now(), actor=SYSTEM)
    assert why_it_stands(taken) == "It is on its way to ERPNext."
    lost = outgoing.give_up(taken.pk, error="It was refused.", actor=SYSTEM)
    assert why_it_stands(lost).startswith("It was refused. Mend it with “Edit and send again”")
    gone = outgoing.discard(lost.pk, actor=SYSTEM, reason="withdrawn")
    assert why_it_stands(gone) == ""
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(
        **vars(settings.DEPLOYMENT) | {"sync_post_enabled": False}
    )
    assert why_it_stands(again(message)).startswith("SYNC_POST_ENABLED is not set on the server")


def test_an_outbox_of_nothing_costs_next_to_nothing(django_assert_num_queries: Any) -> None:
    Outgoing.objects.all().delete()
    with django_assert_num_queries(3):  # the settings, what is under way, what waits
        tasks.send_outgoing()
