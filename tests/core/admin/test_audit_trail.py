import pytest
from django.core.cache import cache

from apps.core import audit, options
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.models import AuditEntry
from apps.core.trail import title_of

TRAIL = "/admin/core/auditentry/"
MILK = Subject("catalog.product", "1", "Oat milk")


def note(actor=SYSTEM, action="product.changed", subject=MILK, **values):
    return audit.record(actor=actor, action=action, subject=subject, **values)


def found(client, **query):
    return [entry.pk for entry in client.get(TRAIL, query).context["cl"].result_list]


def test_the_trail_is_narrowed_by_who_what_and_kind_and_searched(desk, manager):
    by_ada = note(Actor.of(manager), reason="wrong label")
    by_larder = note(subject=Subject("orders.order", "1", "SINV-1"), action="order.cancelled")
    assert found(desk, who=manager.pk) == [by_ada.pk]
    assert found(desk, actor_kind="system") == [by_larder.pk]
    assert found(desk, kind="orders.order") == [by_larder.pk]
    assert found(desk, q="wrong lab") == [by_ada.pk]


def test_what_the_list_calls_an_act_finds_it(desk):
    revoked = note(action="app_key.old_secret_ended")
    note(action="user.signed_in")
    assert found(desk, q="key old sec") == [revoked.pk]
    assert found(desk, q="secret ended") == [revoked.pk]
    assert found(desk, q="secret signed") == []
    assert found(desk, q="secret ended", kind="orders.order") == []


def test_only_kinds_that_something_was_done_to_are_offered_and_settings_are_among_them(desk, manager):
    saved = options.save({"shop.name": "Corner"}, actor=Actor.of(manager))
    assert len(saved) == 1
    note()
    cache.delete("audit:kinds")
    page = desk.get(TRAIL)
    (kinds,) = (spec for spec in page.context["cl"].filter_specs if spec.parameters == ("kind",))
    offered = dict(kinds.offered())
    assert offered["catalog.product"] == "Products"
    assert offered["core.option"] == "Settings"
    assert "core.savedview" not in offered
    (entry,) = page.context["cl"].queryset.filter(subject_kind="core.option")
    assert found(desk, kind="core.option") == [entry.pk]


def test_the_file_can_hold_what_was_before_and_after(desk):
    note(before={"name_en": "Milk"}, after={"name_en": "Oat"})
    desk.post(f"{TRAIL}columns/", {"column": ["what", "values"]})
    answer = desk.post(f"{TRAIL}export/", {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "What happened,Before and after"
    assert "Product changed,name [en]: Milk → Oat" in lines


def test_before_and_after_stand_side_by_side(desk):
    entry = note(
        before={"name_en": "Milk", "is_active": True}, after={"name_en": "<i>Oat", "is_active": True}
    )
    table = desk.get(f"{TRAIL}{entry.pk}/change/").context["profile"].tables[0]
    cell = '<span class="ll-value"><bdi>{}</bdi></span>'
    assert [row[1:] for row in table.rows] == [(cell.format("Milk"), cell.format("&lt;i&gt;Oat"))]


def test_nobody_writes_in_the_trail(desk):
    entry = note()
    for door in ("add/", f"{entry.pk}/delete/", f"{entry.pk}/change/"):
        assert desk.post(f"{TRAIL}{door}", {"post": "yes", "action": "x"}).status_code == 403
    assert AuditEntry.objects.get().action == "product.changed"


def test_a_clerk_sees_no_trail(clerks_desk):
    assert clerks_desk.get(TRAIL).status_code == 403


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("auditentry.exported", "Audit trail exported"),
        ("itemprice.exported", "Prices exported"),
        ("gone.exported", "Gone exported"),
        ("product.changed", "Product changed"),
        ("todo.accepted", "To Do item accepted"),
        ("app_key.made", "App key made"),
        ("option.reset", "Setting put back to its default"),
        ("of-a-former.release_here", "Of a former release here"),
    ],
)
def test_what_was_done_is_said_in_the_shops_words(action, said):
    assert title_of(action) == said


def test_the_key_of_an_act_is_kept_beside_its_words_and_found(desk):
    entry = note(action="app_key.made", subject=Subject("accounts.appkey", "1", "Till"))
    page = desk.get(f"{TRAIL}{entry.pk}/change/").content.decode()
    assert ("App key made" in page, "app_key.made" in page) == (True, True)
    assert found(desk, q="app_key.made") == [entry.pk]
    assert found(desk, action="app_key.made") == [entry.pk]


def test_acts_are_chosen_and_exported_by_their_words_and_the_key_stays(desk):
    cache.delete("audit:actions")
    note(action="option.reset", subject=Subject("core.option", "x", "Page size"))
    acts = next(one for one in desk.get(TRAIL).context["cl"].filter_specs if one.title == "What happened")
    assert acts.offered() == [("option.reset", "Setting put back to its default")]
    told = desk.post(f"{TRAIL}export/", {"format": "csv"})
    lines = b"".join(told.streaming_content).decode().splitlines()
    (line,) = [line for line in lines if "Page size" in line]
    assert line.startswith("Setting put back to its default,")
    assert line.endswith("option.reset")
