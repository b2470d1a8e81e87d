import re

import pytest

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

USERS = "/admin/accounts/user/"


def send(client, person, action, **given):
    return client.post(f"{USERS}{person.pk}/{action}/", {"_form_submitted": "on", **given})


def test_a_new_password_is_set_and_nowhere_written_down(desk):
    person = StaffFactory()
    send(desk, person, "set_password", password="quince-larder-9 x")
    person.refresh_from_db()
    assert person.check_password("quince-larder-9 x") is True
    assert "quince" not in str(list(AuditEntry.objects.values("before", "after", "reason")))


def test_the_button_of_a_dialog_says_what_it_does_not_what_opened_it(desk):
    page = desk.get(f"/admin/accounts/user/{StaffFactory().pk}/edit/").content.decode()
    foot = page.partition('class="ll-dialog-foot"')[2].partition("</form>")[0]
    assert re.findall(r"lr-button-primary\">(.+?)</button>", foot) == ["Save profile"]


def test_roles_are_changed_with_a_trace_of_before_and_after(desk):
    person = StaffFactory(role=Role.CLERK)
    send(desk, person, "change_roles", roles=[Role.PACKER], seen=[Role.CLERK])
    entry = AuditEntry.objects.about(kind="accounts.user", subject_id=str(person.pk)).latest("id")
    assert (entry.before, entry.after) == ({"roles": ["Clerk"]}, {"roles": ["Packer"]})


def test_roles_that_another_has_changed_meanwhile_are_shown_before_they_are_overwritten(desk):
    person = StaffFactory(role=Role.CLERK)
    opened = desk.get(f"{USERS}{person.pk}/change_roles/").content.decode()
    assert re.findall(r'type="hidden" name="seen" value="(.+?)"', opened) == ["Clerk"]
    services.set_roles(person.pk, [Role.CLERK, Role.PACKER], actor=COMMAND)
    page = send(desk, person, "change_roles", roles=[Role.CLERK, Role.DRIVER], seen=[Role.CLERK])
    told = page.content.decode()
    assert "changed the roles meanwhile, to Clerk, Packer." in told
    assert re.findall(r'value="(\w+)"[^>]* checked', told) == ["Clerk", "Packer"]
    assert re.findall(r'type="hidden" name="seen" value="(.+?)"', told) == ["Clerk", "Packer"]
    assert User.objects.get(pk=person.pk).role_names == {Role.CLERK, Role.PACKER}
    both = [Role.CLERK, Role.PACKER]
    send(desk, person, "change_roles", roles=[*both, Role.DRIVER], seen=both)
    assert User.objects.get(pk=person.pk).role_names == {Role.CLERK, Role.PACKER, Role.DRIVER}


def test_who_has_no_role_is_put_into_one(desk):
    person = StaffFactory()
    send(desk, person, "change_roles", roles=[Role.DRIVER])
    assert User.objects.get(pk=person.pk).role_names == {Role.DRIVER}


def test_on_ones_own_profile_only_what_one_may_do_to_oneself_is_offered(desk, manager):
    acts = desk.get(f"{USERS}{manager.pk}/change/").context["profile"].actions
    assert {"Edit"} <= {str(act.label) for act in acts} <= {"Edit", "Sign out everywhere"}


def test_an_admin_cannot_touch_a_super_admin(db):
    boss = StaffFactory(role=Role.SUPER_ADMIN)
    StaffFactory(role=Role.SUPER_ADMIN)
    answer = send(signed_in(StaffFactory(role=Role.ADMIN)), boss, "deactivate", reason="")
    boss.refresh_from_db()
    assert boss.is_active is True
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(("action", "key"), [("change_roles", "users.edit"), ("deactivate", "users.delete")])
def test_who_is_refused_an_act_reads_which_right_is_missing(db, action, key):
    clerk = StaffFactory(role=Role.CLERK)
    person = StaffFactory(role=Role.PACKER)
    answer = send(signed_in(clerk), person, action, reason="", roles=[Role.DRIVER])
    assert (answer.status_code, key in answer.content.decode()) == (403, True)
    stored = User.objects.get(pk=person.pk)
    assert (stored.is_active, stored.role_names) == (True, frozenset({Role.PACKER}))


def test_what_only_a_super_admin_may_do_is_offered_to_no_other(desk):
    boss, clerk = StaffFactory(role=Role.SUPER_ADMIN), StaffFactory(role=Role.CLERK)
    admins_desk = signed_in(StaffFactory(role=Role.ADMIN))

    def offered(where, person):
        profile = where.get(f"{USERS}{person.pk}/change/").context["profile"]
        row = next(row for row in where.get(USERS).context["listing"].rows if row.pk == person.pk)
        return bool(profile.actions), bool(row.actions)

    assert offered(admins_desk, boss) == (False, False)
    assert offered(admins_desk, clerk) == offered(desk, boss) == (True, True)


def test_staff_are_narrowed_by_role_and_by_whether_they_may_sign_in(desk, manager):
    clerk = StaffFactory(role=Role.CLERK, full_name="Clerk")
    stopped = StaffFactory(full_name="Stopped", is_active=False)
    role = clerk.groups.get().pk
    found = [
        list(desk.get(USERS, query).context["cl"].result_list)
        for query in ({"groups": role}, {"active": "no"})
    ]
    assert found == [[clerk], [stopped]]


def test_a_new_colleague_is_added_by_the_workflow(desk):
    before = User.objects.count()
    assert desk.get(f"{USERS}add/").headers["Location"] == "/admin/settings/staff/add/"
    assert User.objects.count() == before
