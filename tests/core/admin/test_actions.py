import pytest
from django.contrib import admin

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.admin.actions import AT_ONCE, writes
from apps.core.admin.base import ShopAdmin
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

USERS = "/admin/accounts/user/"


def every_action():
    """(admin, name, door) of everything that staff can do from any list, row or profile."""
    for owned in admin.site._registry.values():
        lists = ("actions_list", "actions_row", "actions_detail", "actions_submit_line")
        given = [name for kind in lists for name in owned._extract_action_names(getattr(owned, kind))]
        for name in dict.fromkeys([*(owned.actions or ()), *given]):
            yield owned, name, getattr(owned, name)


def unsafe(actions):
    """Those that anyone may run, that name Django's codenames, or that act without a dialog."""
    return [
        (type(owned).__name__, name)
        for owned, name, door in actions
        if not getattr(door, "allowed_permissions", ())
        or any("." in permission for permission in door.allowed_permissions)
        or not all(hasattr(owned, f"has_{permission}_permission") for permission in door.allowed_permissions)
        or not getattr(door, "dialog", None)
        or not getattr(door, "writes", False)
    ]


def test_every_action_names_its_permission_and_asks_in_a_dialog():
    actions = list(every_action())
    assert {name for _owned, name, _door in actions} >= {"deactivate", "set_password"}
    assert unsafe(actions) == []


def test_the_walk_finds_an_action_that_is_open_to_all():
    def loose(self, request, queryset):
        queryset.delete()

    owned = admin.site._registry[User]
    assert unsafe([(owned, "loose", loose)]) == [("UserAdmin", "loose")]


def test_every_admin_of_ours_stands_on_the_shops_base():
    ours = {
        model.__name__: owned
        for model, owned in admin.site._registry.items()
        if model.__module__.startswith("apps.")
    }
    assert [name for name, owned in ours.items() if not isinstance(owned, ShopAdmin)] == []
    assert [name for name, owned in ours.items() if not owned.permission_category] == []


def test_djangos_codenames_are_refused_where_an_action_is_made():
    with pytest.raises(TypeError, match="not Django's codename"):
        writes(permission="accounts.change_user", title="x", button="x")


def test_no_list_can_delete_in_bulk(rf, manager):
    request = rf.get("/")
    request.user = manager
    for owned in admin.site._registry.values():
        if isinstance(owned, ShopAdmin):
            assert "delete_selected" not in owned.get_actions(request)


def test_opening_an_action_shows_its_dialog_and_changes_nothing(desk):
    person = StaffFactory(full_name="Bo")
    response = desk.get(f"{USERS}{person.pk}/deactivate/")
    person.refresh_from_db()
    assert (response.status_code, person.is_active) == (200, True)
    assert "Stop from signing in" in response.content.decode()


def test_sending_the_dialog_does_it_and_leaves_a_trace(desk, manager):
    person = StaffFactory(full_name="Bo")
    sent = desk.post(
        f"{USERS}{person.pk}/deactivate/",
        {"_form_submitted": "on", "reason": "left the shop"},
        headers={"HX-Request": "true"},
    )
    person.refresh_from_db()
    entry = AuditEntry.objects.about(kind="accounts.user", subject_id=str(person.pk)).latest("id")
    assert (sent.headers["HX-Refresh"], person.is_active) == ("true", False)
    assert (entry.actor_label, entry.reason) == ("Ada Boss", "left the shop")


def test_without_a_csrf_token_nothing_is_done(manager):
    person = StaffFactory()
    client = signed_in(manager)
    client.handler.enforce_csrf_checks = True
    assert client.post(f"{USERS}{person.pk}/deactivate/", {"_form_submitted": "on"}).status_code == 403
    person.refresh_from_db()
    assert person.is_active is True


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_lacks_the_permission_is_refused_at_the_door(method, clerks_desk):
    person = StaffFactory()
    answer = getattr(clerks_desk, method)(f"{USERS}{person.pk}/deactivate/", {"_form_submitted": "on"})
    person.refresh_from_db()
    assert (answer.status_code, person.is_active) == (403, True)


def test_an_action_on_what_is_not_there_is_not_found(desk):
    assert desk.get(f"{USERS}987654/deactivate/").status_code == 404


def test_a_refusal_stands_in_the_dialog_with_what_was_typed(desk, manager):
    answer = desk.post(f"{USERS}{manager.pk}/deactivate/", {"_form_submitted": "on", "reason": "holiday"})
    manager.refresh_from_db()
    page = answer.content.decode()
    assert manager.is_active is True
    assert 'role="alert"' in page
    assert 'value="holiday"' in page


def test_a_complaint_about_a_field_stands_at_the_field(desk):
    person = StaffFactory()
    answer = desk.post(f"{USERS}{person.pk}/set_password/", {"_form_submitted": "on", "password": "123"})
    assert "lr-field-error" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password("123") is False


def chosen(action, *people, **more):
    return {
        "action": action,
        "_selected_action": [person.pk for person in people],
        "select_across": "0",
        **more,
    }


def test_a_selection_is_previewed_with_its_count_before_anything_happens(desk):
    people = [StaffFactory(full_name=f"Bo {number}") for number in range(7)]
    page = desk.post(USERS, chosen("deactivate", *people)).content.decode()
    assert "<bdi>7</bdi> staff" in page
    assert "and 2 more" in page
    assert User.objects.filter(is_active=False).count() == 0


def test_a_selection_is_done_one_by_one_and_a_refusal_stops_no_other(desk, manager):
    people = [StaffFactory(), StaffFactory()]
    answer = desk.post(USERS, chosen("deactivate", manager, *people, _form_submitted="on"), follow=True)
    assert set(User.objects.filter(is_active=False)) == set(people)
    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == "Stop sign-in: 2 staff."
    assert said[1].startswith("Ada Boss: ")


def test_a_selection_by_someone_without_the_permission_changes_nothing(db):
    reader = StaffFactory(role=Role.CLERK)
    person = StaffFactory()
    answer = signed_in(reader).post(USERS, chosen("deactivate", person, _form_submitted="on"))
    person.refresh_from_db()
    assert (answer.status_code, person.is_active) == (403, True)


def test_too_many_at_once_are_refused_with_what_to_do(desk, monkeypatch):
    assert AT_ONCE == 1000
    monkeypatch.setattr("apps.core.admin.actions.AT_ONCE", 1)
    people = [StaffFactory(), StaffFactory()]
    page = desk.post(USERS, chosen("deactivate", *people, _form_submitted="on")).content.decode()
    assert "narrow the list with a filter" in page
    assert User.objects.filter(is_active=False).count() == 0


def test_a_dialog_opened_without_a_script_is_a_page_with_a_way_back(db):
    clerk, boss = StaffFactory(role=Role.CLERK), signed_in(StaffFactory(role=Role.SUPER_ADMIN))
    dialog = f"{USERS}{clerk.pk}/edit/"
    page = boss.get(dialog).content.decode()
    assert 'id="nav-sidebar"' in page
    assert f'href="{USERS}{clerk.pk}/change/">Cancel</a>' in page
    assert 'id="nav-sidebar"' not in boss.get(dialog, headers={"HX-Request": "true"}).content.decode()
