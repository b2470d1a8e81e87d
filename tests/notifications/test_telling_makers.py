"""What was decided about several: each maker hears of his own, whatever becomes of the others."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.core.health import failures
from apps.notifications import services
from apps.notifications.models import Receipt
from apps.notifications.tasks import tell_makers
from config.celery import app
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_a_worker_runs_it():
    """A task's trouble is its own: here it would otherwise break whoever sent it."""
    app.conf.task_eager_propagates = False
    yield
    app.conf.task_eager_propagates = True


def decision(number, maker):
    return {
        "item_id": number, "title": f"Price {number}", "maker_id": maker, "outcome": "closed",
        "decided_by": "Larder", "reason": "Gone.", "link": f"/admin/todo/{number}/",
    }  # fmt: skip


def titles(person):
    return [one.notice.title for one in Receipt.objects.of(person).order_by("pk")]


@pytest.fixture
def makers():
    return StaffFactory(), StaffFactory()


def test_a_decision_that_cannot_be_told_holds_up_no_other(makers):
    ada, ben = makers
    nobody = decision(2, "not a number")
    tell_makers.delay([decision(1, str(ada.pk)), nobody, decision(3, str(ben.pk))])
    assert (titles(ada), titles(ben)) == (["“Price 1” was closed"], ["“Price 3” was closed"])


def test_it_is_tried_again_only_so_often_and_then_seen_by_ops(makers, monkeypatch):
    ada, _ben = makers
    told, tries = services.notify_staff, []

    def fails_for_the_first(**given):
        if given["once"] == "item:1:decided":
            tries.append(given["once"])
            raise OperationalError("the server closed the connection")
        return told(**given)

    monkeypatch.setattr(services, "notify_staff", fails_for_the_first)
    tell_makers.delay([decision(1, str(ada.pk)), decision(2, str(ada.pk))])
    assert (len(tries), titles(ada)) == (7, ["“Price 2” was closed"])
    kept = failures.within(timedelta(hours=1), at=timezone.now())
    assert [(one.task, one.trouble) for one in kept] == [
        ("apps.notifications.tasks.tell_maker", "OperationalError")
    ]


def test_what_heals_meanwhile_is_told_once(makers, monkeypatch):
    ada, _ben = makers
    told, tries = services.notify_staff, []

    def fails_twice(**given):
        tries.append(given["once"])
        if len(tries) < 3:
            raise OperationalError("deadlock detected")
        return told(**given)

    monkeypatch.setattr(services, "notify_staff", fails_twice)
    tell_makers.delay([decision(1, str(ada.pk))])
    assert (len(tries), titles(ada)) == (3, ["“Price 1” was closed"])
    assert failures.within(timedelta(hours=1), at=timezone.now()) == []


def test_where_a_machine_asked_there_is_nobody_to_tell(monkeypatch):
    sent = []
    monkeypatch.setattr("apps.notifications.tasks.tell_maker.delay", lambda **given: sent.append(given))
    tell_makers.delay([decision(1, ""), decision(2, "7")])
    assert [given["item_id"] for given in sent] == [2]
