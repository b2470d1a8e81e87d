from apps.sync.models import Quarantine, Run
from apps.sync.states import Mode

RUNS = "/admin/sync/run/"
QUARANTINE = "/admin/sync/quarantine/"


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


def test_a_clerk_sees_no_sync(clerks_desk):
    assert clerks_desk.get(RUNS).status_code == 403
    assert clerks_desk.get(QUARANTINE).status_code == 403
