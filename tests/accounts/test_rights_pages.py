"""The matrix, a role and a person's rights: what is shown is what is saved."""

import re

import pytest
from django.contrib.auth.models import Group

from apps.accounts import services
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.accounts.services import Override
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from tests.accounts.acting import gives, pk_of
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory, set_role_grants

pytestmark = pytest.mark.django_db
ROLES = "/admin/settings/roles/"
DENY, ALLOW = Override(Right.Source.DENY), Override(Right.Source.ALLOW)


def cell(role: str, key: str, reach: str = "") -> str:
    return f"{pk_of(role)} {key} {reach}"


def seal_in(html: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    return found[1] if found else ""


def rights_of(person: User) -> str:
    return f"/admin/settings/staff/{person.pk}/rights/"


# --- the matrix -------------------------------------------------------------------------------------------


def test_a_change_is_shown_first_and_saved_by_the_second_post(desk):
    sent = {"set": [cell(Role.CLERK, "orders.view"), cell(Role.DRIVER, "deliveries.edit", "day")]}
    html = desk.post(ROLES, sent).content.decode()
    assert "What will change" in html
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]
    answer = desk.post(ROLES, sent | {"seen": seal_in(html), "reason": "less to see"})
    assert (answer.status_code, answer.headers["Location"]) == (302, ROLES)
    assert "orders.view" not in gives(Role.CLERK)
    assert gives(Role.DRIVER)["deliveries.edit"] == "day"
    assert set(AuditEntry.objects.values_list("action", "reason")) == {("role.grants_set", "less to see")}


def test_what_is_pending_is_marked_and_sent_again_with_the_save(desk):
    html = desk.post(ROLES, {"set": [cell(Role.CLERK, "orders.view")]}).content.decode()
    assert html.count('class="la-pending"') == 1
    assert f'name="set" value="{cell(Role.CLERK, "orders.view")}"' in html


def test_the_review_names_each_person_with_gains_losses_and_what_stays_his_own(desk):
    plain = StaffFactory(full_name="Plain Clerk", role=Role.CLERK)
    denied = StaffFactory(full_name="Denied Clerk", role=Role.CLERK)
    services.set_overrides(denied.pk, {"customers.export": DENY}, actor=COMMAND)
    answer = desk.post(ROLES, {"set": [cell(Role.CLERK, "customers.export", "all")]})
    review = answer.context["review"]
    assert [(one.person, [s.key for s in one.gains], one.kept) for one in review.people] == [
        (denied, [], (("customers.export", DENY),)),
        (plain, ["customers.export"], ()),
    ]
    html = answer.content.decode()
    assert "Own decision stays:" in html
    assert "2 people are in it;" in html


@pytest.mark.parametrize(("apply", "holds"), [("", True), ("people", False)])
def test_only_who_chooses_so_applies_it_to_who_is_in_the_role(desk, apply, holds):
    clerk = StaffFactory(role=Role.CLERK)
    sent = {"set": [cell(Role.CLERK, "orders.view")], "apply": apply}
    desk.post(ROLES, sent | {"seen": seal_in(desk.post(ROLES, sent).content.decode())})
    assert User.objects.get(pk=clerk.pk).has_key("orders.view") is holds


def test_a_stale_review_is_shown_anew_with_what_was_typed_and_nothing_is_written(desk):
    sent = {"set": [cell(Role.CLERK, "orders.view")]}
    seen = seal_in(desk.post(ROLES, sent).content.decode())
    StaffFactory(role=Role.CLERK, full_name="New Clerk")
    answer = desk.post(ROLES, sent | {"seen": seen, "reason": "typed", "apply": "people"})
    html = answer.content.decode()
    assert (answer.status_code, "New Clerk" in html, 'value="typed"' in html) == (409, True, True)
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]
    assert desk.post(ROLES, sent | {"seen": seal_in(html)}).status_code == 302


def test_who_works_on_an_old_page_keeps_what_another_saved_meanwhile(desk):
    set_role_grants(Role.CLERK, {"media.view": Reach.ALL}, actor=COMMAND)
    sent = {"set": [cell(Role.CLERK, "orders.view", "all")]}  # his page showed the role as it was before
    desk.post(ROLES, sent | {"seen": seal_in(desk.post(ROLES, sent).content.decode())})
    assert gives(Role.CLERK) == {"media.view": "all", "orders.view": "all"}


def test_nothing_to_save_says_so(desk):
    html = desk.post(ROLES, {"set": [cell(Role.CLERK, "orders.view", "all")]}).content.decode()
    assert "Nothing would change" in html
    assert seal_in(html) == ""


@pytest.mark.parametrize(
    "sent", ["nonsense", "1 ghosts.view all", "1 orders.view own", "x orders.view all", "٣ orders.view all"]
)
def test_what_is_no_cell_is_not_understood(desk, sent):
    before = list(RoleGrant.objects.values())
    assert desk.post(ROLES, {"set": [sent]}).status_code == 400
    assert list(RoleGrant.objects.values()) == before


def test_a_role_that_is_gone_by_now_is_said_to_be_so(desk):
    assert desk.post(ROLES, {"set": ["999999 orders.view all"]}).status_code == 404


def test_a_super_admins_column_is_not_edited(desk):
    sent = {"set": [cell(Role.SUPER_ADMIN, "orders.view")]}
    answer = desk.post(ROLES, sent | {"seen": seal_in(desk.post(ROLES, sent).content.decode())})
    assert answer.status_code == 403
    assert len(gives(Role.SUPER_ADMIN)) == len(CATALOGUE.keys)
    assert f'data-role="{pk_of(Role.SUPER_ADMIN)}"' not in desk.get(ROLES).content.decode()


def test_an_admin_looks_at_the_matrix_and_changes_nothing(admins_desk):
    page = admins_desk.get(ROLES).content.decode()
    assert ("data-choices" in page, "Only a Super Admin changes what roles give." in page) == (False, True)
    assert admins_desk.post(ROLES, {"set": [cell(Role.CLERK, "orders.view")]}).status_code == 403
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]


def test_an_admin_who_was_allowed_the_key_is_told_why_it_does_not_help(db):
    admin = StaffFactory(role=Role.ADMIN)
    admin.rights.create(key="roles.edit", source="allow")
    answer = signed_in(admin).post(ROLES, {"set": [cell(Role.CLERK, "orders.view")]})
    assert (answer.status_code, "Only a Super Admin" in answer.content.decode()) == (403, True)


def test_people_who_differ_from_their_role_are_brought_in_line_over_a_review(desk):
    clerk = StaffFactory(role=Role.CLERK, full_name="Left Behind")
    set_role_grants(Role.CLERK, {"media.view": Reach.ALL}, actor=COMMAND)
    role = pk_of(Role.CLERK)
    assert "1 person in this role holds something else" in desk.get(f"{ROLES}{role}/").content.decode()
    html = desk.post(ROLES, {"align": role}).content.decode()
    assert ("Left Behind" in html, User.objects.get(pk=clerk.pk).has_key("orders.view")) == (True, True)
    desk.post(ROLES, {"align": role, "seen": seal_in(html)})
    assert User.objects.get(pk=clerk.pk).reaches == {"media.view": Reach.ALL}
    assert "holds something else" not in desk.get(f"{ROLES}{role}/").content.decode()


def test_the_menus_own_keys_are_a_group_of_the_matrix_by_the_titles_they_show(desk):
    html = desk.get(ROLES).content.decode()
    assert "Menu: shows or hides, opens nothing" in html
    assert all(f">menu:{page}<" in html for page in CATALOGUE.menu)


# --- a role of the shop's own -----------------------------------------------------------------------------


def test_a_role_is_added_as_a_copy_renamed_and_removed(desk):
    made = desk.post(f"{ROLES}add/", {"name": "Till", "copy_of": pk_of(Role.PACKER)})
    address = f"{ROLES}{pk_of('Till')}/"
    assert made.headers["Location"] == address
    assert gives("Till") == CATALOGUE.defaults[Role.PACKER]
    assert desk.post(address, {"do": "rename", "name": "Counter"}).headers["Location"] == address
    assert desk.post(address, {"do": "remove"}).headers["Location"] == ROLES
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


def test_a_taken_name_is_said_at_the_field_with_what_was_typed(desk):
    answer = desk.post(f"{ROLES}add/", {"name": "clerk", "copy_of": ""})
    html = answer.content.decode()
    assert (answer.status_code, "lr-field-wrong" in html, 'value="clerk"' in html) == (422, True, True)
    assert Group.objects.count() == len(Role)


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"do": "remove"}, 409), ({"do": "rename", "name": "Other"}, 409), ({"do": "dance"}, 400), ({}, 400)],
)
def test_a_role_that_larder_comes_with_is_refused_on_its_page(desk, sent, status):
    assert desk.post(f"{ROLES}{pk_of(Role.CLERK)}/", sent).status_code == status
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


def test_an_admin_sees_a_role_without_the_means_to_change_it(admins_desk):
    services.add_role("Till", actor=COMMAND)
    address = f"{ROLES}{pk_of('Till')}/"
    html = admins_desk.get(address).content.decode()
    assert ("View the menu as this role" in html, "Rename" in html) == (True, False)
    assert admins_desk.post(address, {"do": "remove"}).status_code == 403
    assert admins_desk.get(f"{ROLES}add/").status_code == 403


def test_a_role_with_people_says_that_it_cannot_go(desk):
    services.add_role("Till", actor=COMMAND)
    services.set_roles(StaffFactory().pk, ["Till"], actor=COMMAND)
    answer = desk.post(f"{ROLES}{pk_of('Till')}/", {"do": "remove"})
    assert (answer.status_code, "1 person is in this role" in answer.content.decode()) == (409, True)
    assert Group.objects.filter(name="Till").exists()


# --- one person -------------------------------------------------------------------------------------------


def test_each_key_says_what_the_roles_give_what_is_his_own_and_what_holds(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"customers.export": ALLOW, "orders.view": DENY}, actor=COMMAND)
    shown = {
        one.line.key: (one.line.roles[0].gives, str(one.line.own or ""), one.line.result)
        for _group, lines in admins_desk.get(rights_of(clerk)).context["groups"]
        for one in lines
    }
    assert shown.keys() == CATALOGUE.keys
    assert shown["customers.export"] == (None, "allow", Reach.ALL)
    assert shown["orders.view"] == (Reach.ALL, "deny", None)
    assert shown["todo.view"] == (Reach.OWN, "", Reach.OWN)


def test_only_what_differs_from_the_role_is_shown_when_asked_for(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=COMMAND)
    services.set_grants(
        {pk_of(Role.CLERK): {k: v for k, v in CATALOGUE.defaults[Role.CLERK].items() if k != "media.view"}},
        actor=COMMAND,
    )  # for newcomers only: he keeps it
    page = admins_desk.get(f"{rights_of(clerk)}?show=otherwise")
    assert [one.line.key for _group, lines in page.context["groups"] for one in lines] == [
        "orders.view", "media.view",
    ]  # fmt: skip
    assert "he has: yes" in page.content.decode()


def test_many_rights_are_set_over_a_review_with_a_reason(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    sent = {"own customers.export": ">allow all", "own orders.view": ">deny", "own media.view": ">"}
    html = admins_desk.post(rights_of(clerk), sent).content.decode()
    assert ("What will change" in html, Right.objects.own().count()) == (True, 0)
    answer = admins_desk.post(rights_of(clerk), sent | {"seen": seal_in(html), "reason": "for a week"})
    assert answer.headers["Location"] == rights_of(clerk)
    stored = User.objects.get(pk=clerk.pk)
    assert [stored.has_key(key) for key in ("customers.export", "orders.view", "media.view")] == [
        True, False, True,
    ]  # fmt: skip
    assert AuditEntry.objects.get().reason == "for a week"


def test_a_right_that_another_changed_meanwhile_and_he_did_not_touch_stays_so(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"media.view": DENY}, actor=COMMAND)
    sent = {"own orders.view": ">deny", "own media.view": ">"}  # his page showed it as the role gives it
    html = admins_desk.post(rights_of(clerk), sent).content.decode()
    admins_desk.post(rights_of(clerk), sent | {"seen": seal_in(html)})
    assert set(Right.objects.own().values_list("key", "source")) == {
        ("media.view", "deny"), ("orders.view", "deny"),
    }  # fmt: skip


def test_a_stale_review_of_a_person_is_shown_anew(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    sent = {"own orders.view": ">deny"}
    seen = seal_in(admins_desk.post(rights_of(clerk), sent).content.decode())
    services.set_overrides(clerk.pk, {"orders.view": ALLOW}, actor=COMMAND)
    answer = admins_desk.post(rights_of(clerk), sent | {"seen": seen})
    assert answer.status_code == 409
    assert Right.objects.own().get().source == "allow"
    admins_desk.post(rights_of(clerk), sent | {"seen": seal_in(answer.content.decode())})
    assert Right.objects.own().get().source == "deny"


@pytest.mark.parametrize(
    "sent", [{"own ghosts.view": ">deny"}, {"own orders.view": ">allow own"}, {"own orders.view": ">x"}]
)
def test_what_cannot_be_decided_is_not_understood(admins_desk, sent):
    assert admins_desk.post(rights_of(StaffFactory()), sent).status_code == 400
    assert Right.objects.own().count() == 0


def test_of_a_super_admin_an_admin_sees_everything_and_is_told_why_he_changes_nothing(admins_desk, manager):
    html = admins_desk.get(rights_of(manager)).content.decode()
    assert ("Only a Super Admin changes a Super Admin" in html, "<select" in html) == (True, False)
    sent = {"own orders.view": ">deny"}
    seal = services.review_overrides(manager, {"orders.view": DENY}).seal
    assert admins_desk.post(rights_of(manager), sent | {"seen": seal}).status_code == 403
    assert Right.objects.own().count() == 0


def test_nobody_changes_his_own_on_the_page_either(db):
    admin = StaffFactory(role=Role.ADMIN)
    own = signed_in(admin)
    assert "Nobody changes his own roles and rights" in own.get(rights_of(admin)).content.decode()
    seal = services.review_overrides(admin, {"orders.view": DENY}).seal
    assert own.post(rights_of(admin), {"own orders.view": ">deny", "seen": seal}).status_code == 403
    assert Right.objects.own().count() == 0


def test_what_the_manager_lacks_he_is_not_offered_to_give(admins_desk):
    html = admins_desk.get(rights_of(StaffFactory(role=Role.CLERK))).content.decode()
    row = html[html.index('name="own roles.edit"') :].partition("</select>")[0]
    assert '<option value="&gt;allow all"  disabled>' in row


def test_the_profile_counts_rights_by_where_they_come_from_and_lists_his_own(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"customers.export": ALLOW, "orders.view": DENY}, actor=COMMAND)
    html = admins_desk.get(f"/admin/accounts/user/{clerk.pk}/change/").content.decode()
    panel = html[html.index('id="panel-rights"') :].partition("</section>")[0]
    assert "Customers: Export" in panel
    assert "Orders: View" in panel
    assert "2 differ from what the roles give by now." in panel
    assert f'href="{rights_of(clerk)}"' in panel


def test_the_list_of_staff_tells_whose_rights_are_his_own_and_who_is_in_no_role(desk, manager):
    clerk = StaffFactory(role=Role.CLERK, full_name="Own Rights")
    services.set_overrides(clerk.pk, {"customers.export": ALLOW, "orders.view": DENY}, actor=COMMAND)
    loose = StaffFactory(full_name="No Role")
    staff = "/admin/accounts/user/"

    def found(**query):
        return list(desk.get(staff, query).context["cl"].result_list)

    assert found(own_rights="yes") == [clerk]
    assert found(own_rights="no") == [manager, loose]
    assert found(roleless="no") == [loose]
    assert found(roleless="yes") == [manager, clerk]
    assert "+1 −1" in re.sub(r"<[^>]+>", "", desk.get(staff).content.decode())


def test_what_his_roles_give_what_is_added_and_taken_add_up_to_what_he_holds(desk):
    person = StaffFactory(role=Role.CLERK)
    given = len(person.keys)
    for key, source in (
        ("products.view", Right.Source.DENY),  # his role gives it
        ("products.delete", Right.Source.DENY),  # no role of his gives it: nothing is taken
        ("orders.view", Right.Source.ALLOW),  # his role gives it too: nothing is added
        ("orders.edit", Right.Source.ALLOW),
        ("orders.delete", Right.Source.ALLOW),
    ):
        Right.objects.create(user=person, key=key, source=source)
    page = desk.get(rights_of(person)).context
    assert page["counts"] == {"role": given, "allow": 2, "deny": 1}
    assert page["held"] == given + 2 - 1
