from dataclasses import replace

import pytest

from apps.core.actors import COMMAND
from apps.sync.models import Mark, Quarantine, Run
from apps.sync.services import gate
from apps.sync.states import Direction, Mode
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_product

RUNS = "/admin/sync/run/"
QUARANTINE = "/admin/sync/quarantine/"
SUBMITTED = {"_form_submitted": "on"}


def test_runs_are_read_and_never_written(desk):
    run = Run.objects.create(entity="item_groups", mode=Mode.FULL, actor_kind="system", actor_label="Larder")
    page = desk.get(f"{RUNS}{run.pk}/change/").content.decode()
    assert f"Item groups #{run.pk}" in desk.get(RUNS).content.decode()
    assert "Running" in page
    for door in ("add/", f"{run.pk}/delete/"):
        assert desk.post(f"{RUNS}{door}", {"post": "yes"}).status_code == 403
    assert desk.post(f"{RUNS}{run.pk}/change/", {"read": 5}).status_code == 403
    run.refresh_from_db()
    assert run.read == 0


def test_what_could_not_be_read_is_shown_as_it_came(desk):
    parked = Quarantine.objects.create(
        entity="items",
        doctype="Item",
        erp_name="X<1>",
        reason="no number",
        field="qty",
        document={"qty": "<b>1O"},
    )
    page = desk.get(f"{QUARANTINE}{parked.pk}/change/").content.decode()
    assert "&lt;b&gt;1O" in page
    assert "<b>1O" not in page
    assert "Mend it in ERPNext" in page
    assert "/app/item/X%3C1%3E" in page


@pytest.mark.django_db
def test_a_parked_document_is_shown_only_to_who_may_see_such_records():
    watcher = StaffFactory(role=None)
    for key in ("sync.view", "products.view"):
        watcher.rights.create(key=key, source="allow")
    desk = signed_in(watcher)
    pages = {}
    for entity, doctype in (("items", "Item"), ("customers", "Customer")):
        parked = Quarantine.objects.create(
            entity=entity, doctype=doctype, erp_name="X", reason="no number", document={"note": "confided"}
        )
        pages[doctype] = desk.get(f"{QUARANTINE}{parked.pk}/change/").content.decode()
    assert "confided" in pages["Item"]
    assert "no number" in pages["Customer"]
    assert "confided" not in pages["Customer"]


def test_a_clerk_sees_no_sync(clerks_desk):
    assert clerks_desk.get(RUNS).status_code == 403
    assert clerks_desk.get(QUARANTINE).status_code == 403


def test_a_run_over_one_document_names_it_and_leads_to_its_record(desk):
    product = make_product("HONEY")
    run = Run.objects.create(
        entity="items",
        mode=Mode.MODIFIED,
        doctype="Item",
        erp_name="HONEY",
        actor_kind="staff",
        actor_label="Bo",
    )
    Run.objects.create(entity="items", mode=Mode.FULL, actor_kind="system", actor_label="Larder")
    page = desk.get(f"{RUNS}{run.pk}/change/").content.decode()
    assert f'href="/admin/catalog/product/{product.pk}/change/"' in page
    listed = desk.get(RUNS, {"one": "yes"}).content.decode()
    assert (f"Items #{run.pk} · HONEY" in listed, "Items #" in listed.replace(f"#{run.pk} · HONEY", "")) == (
        True,
        False,
    )


@pytest.fixture
def _open(settings):
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


def park(name="BAD"):
    return Quarantine.objects.create(
        entity="items", doctype="Item", erp_name=name, reason="no number", document={}
    )


@pytest.mark.usefixtures("_open")
def test_a_parked_record_is_tried_again_by_a_run_that_somebody_asks_for(desk):
    assert desk.post(f"{QUARANTINE}{park().pk}/try_again/", SUBMITTED).status_code == 302
    run = Run.objects.get()
    assert (run.entity, run.mode, run.state, run.actor_label) == ("items", "modified", "queued", "Ada Boss")
    assert not Mark.objects.exists()


@pytest.mark.usefixtures("_open")
def test_while_its_entity_is_being_read_a_parked_record_is_marked_for_the_next_run(desk):
    first, second = park(), park("WORSE")
    desk.post(QUARANTINE, {"action": "try_again", "_selected_action": [first.pk, second.pk]} | SUBMITTED)
    assert (Run.objects.count(), [mark.value for mark in Mark.objects.all()]) == (1, ["BAD"])


def test_nothing_is_tried_again_through_a_closed_gate(desk, clerks_desk, settings):
    door = f"{QUARANTINE}{park().pk}/try_again/"
    assert "SYNC_POST_ENABLED is not set" in desk.post(door, SUBMITTED).content.decode()
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)
    gate.set_controls({("items", Direction.PULL): False}, actor=COMMAND)
    assert "“Items: Pull” is off" in desk.post(door, SUBMITTED).content.decode()
    assert clerks_desk.post(door, SUBMITTED).status_code == 403
    assert not Run.objects.exists()
