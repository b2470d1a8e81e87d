"""Why somebody may or may not, and the menu as another sees it."""

import re

import pytest
from django.test import Client

from apps.accounts import services
from apps.accounts.models import Right, User
from apps.accounts.permissions import Reach, Role
from apps.accounts.services import Override
from apps.core.actors import COMMAND, Actor
from tests.accounts.acting import pk_of
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory, set_role_grants

pytestmark = pytest.mark.django_db
ROLES = "/admin/settings/roles/"
WHY = "/admin/settings/staff/why/"
VIEW_AS = "/admin/view-as/"
DENY, ALLOW = Override(Right.Source.DENY), Override(Right.Source.ALLOW)


def menu_of(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)" class="lr-nav-item"', html)


# --- why --------------------------------------------------------------------------------------------------


def answer_for(client: Client, person: User, key: str):
    return client.get(WHY, {"person": person.pk, "key": key})


def test_why_tells_who_denied_it_when_and_for_what_reason(admins_desk, manager):
    clerk = StaffFactory(role=Role.CLERK, full_name="Grace Clerk")
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=Actor.of(manager), reason="audit week")
    page = answer_for(admins_desk, clerk, "orders.view")
    answer, html = page.context["answer"], page.content.decode()
    assert (answer.reason.held, answer.reason.decided_by) == (False, "deny")
    assert answer.decided_at.actor_label == "Ada Boss"
    assert "Grace Clerk lacks the right “Orders: View”." in html
    assert "audit week" in html


def test_why_tells_which_roles_give_it_and_who_could(admins_desk, manager):
    clerk = StaffFactory(role=Role.CLERK)
    StaffFactory(role=Role.ADMIN, full_name="Denied Admin").rights.create(key="orders.view", source="deny")
    StaffFactory(role=Role.ADMIN, is_active=False)
    answer = answer_for(admins_desk, clerk, "orders.view").context["answer"]
    assert (answer.reason.held, answer.reason.roles) == (True, ("Clerk",))
    assert [str(giver) for giver in answer.givers] == ["Ada Boss", "Bea Admin"]


def test_only_a_super_admin_could_give_one_anything(admins_desk, manager):
    other = StaffFactory(role=Role.SUPER_ADMIN)
    assert [str(one) for one in answer_for(admins_desk, manager, "orders.view").context["answer"].givers] == [
        str(other)
    ]


def test_why_tells_that_a_role_was_changed_without_its_people(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    set_role_grants(Role.CLERK, {"customers.export": Reach.ALL}, actor=COMMAND)
    kept = answer_for(admins_desk, clerk, "orders.view").content.decode()
    lacks = answer_for(admins_desk, clerk, "customers.export").content.decode()
    assert "He has kept it: the role was changed without applying it to its people." in kept
    assert "But not to him: the role was changed without applying it to its people." in lacks


def test_why_an_entry_of_the_menu_is_hidden(admins_desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(
        clerk.pk, {"menu:orders": DENY, "products.view": DENY, "menu:products": DENY}, actor=COMMAND
    )

    def told(key):
        lines = answer_for(admins_desk, clerk, key).context["answer"].menu
        return {str(one.entry.title): (one.entry.is_there, one.missing) for one in lines}

    assert told("menu:orders") == {"Orders": (True, ("menu:orders",)), "Calendar": (True, ("menu:orders",))}
    assert told("menu:products") == {
        "Overview": (True, ("products.view", "menu:products")),
        "Products": (True, ("products.view", "menu:products")),
        "Prices": (True, ("products.view", "menu:products")),
    }
    assert told("orders.view")["Orders"] == (True, ("menu:orders",))


def test_who_is_stopped_holds_nothing_and_why_says_so(admins_desk):
    clerk = StaffFactory(role=Role.CLERK, is_active=False)
    assert (
        "who may not sign in holds no right" in answer_for(admins_desk, clerk, "orders.view").content.decode()
    )


@pytest.mark.parametrize(
    "query", [{}, {"person": "x", "key": "orders.view"}, {"person": "999999", "key": "ghosts"}]
)
def test_without_a_person_and_a_key_it_asks_for_them(admins_desk, query):
    page = admins_desk.get(WHY, query)
    assert (page.status_code, page.context["answer"]) == (200, None)


def test_a_refusal_leads_to_the_why_for_who_may_look_at_staff_and_for_no_other(db):
    admin = StaffFactory(role=Role.ADMIN)
    services.set_overrides(admin.pk, {"orders.view": DENY}, actor=COMMAND)
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=COMMAND)
    link = f"{WHY}?person={admin.pk}&amp;key=orders.view"
    refused = [signed_in(one).get("/admin/orders/calendar/") for one in (admin, clerk)]
    assert [page.status_code for page in refused] == [403, 403]
    assert [link in page.content.decode() for page in refused] == [True, False]
    assert [WHY in page.content.decode() for page in refused] == [True, False]


def test_a_refusal_names_only_the_roles_that_could_give_what_is_missing(admins_desk):
    givers = admins_desk.get(f"{ROLES}add/").context["givers"]
    assert givers == ["Super Admin"]
    clerks = signed_in(StaffFactory(role=Role.CLERK)).get("/admin/settings/")
    assert clerks.context["givers"] == ["Admin", "Super Admin"]


# --- the menu as another ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SUPER_ADMIN, Role.ADMIN])
def test_the_menu_is_shown_as_a_role_sees_it_and_nothing_else_changes(role):
    desk = signed_in(StaffFactory(role=role))
    own = menu_of(desk.get("/admin/").content.decode())
    assert desk.post(VIEW_AS, {"role": pk_of(Role.CLERK)}).headers["Location"] == "/admin/"
    html = desk.get("/admin/").content.decode()
    clerks = menu_of(signed_in(StaffFactory(role=Role.CLERK)).get("/admin/").content.decode())
    assert menu_of(html) == clerks != own
    assert "You view the menu as" in html
    assert "Only the menu: what you may do is yours, as ever." in html
    assert desk.get("/admin/settings/").status_code == 200  # not in the menu that is shown, and his as ever
    desk.post(VIEW_AS)
    assert menu_of(desk.get("/admin/").content.decode()) == own


def test_the_menu_is_shown_as_a_person_sees_it_with_his_own_rights(desk):
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"menu:orders": DENY, "settings.view": ALLOW}, actor=COMMAND)
    desk.post(VIEW_AS, {"person": clerk.pk})
    shown = menu_of(desk.get("/admin/").content.decode())
    assert shown == menu_of(signed_in(clerk).get("/admin/").content.decode())
    assert "/admin/orders/order/" not in shown


def test_what_another_may_do_is_not_lent_to_who_views_his_menu(db):
    admin = StaffFactory(role=Role.ADMIN)
    services.set_overrides(admin.pk, {"orders.view": DENY}, actor=COMMAND)
    desk = signed_in(admin)
    desk.post(VIEW_AS, {"role": pk_of(Role.SUPER_ADMIN)})
    assert "/admin/orders/order/" in menu_of(desk.get("/admin/").content.decode())
    assert desk.get("/admin/orders/order/").status_code == 403


@pytest.mark.parametrize("role", [Role.CLERK, Role.PACKER, Role.DRIVER])
def test_who_does_not_manage_staff_views_only_his_own_menu(role):
    person = StaffFactory(role=role)
    person.rights.create(key="roles.view", source="allow")
    desk = signed_in(person)
    assert desk.post(VIEW_AS, {"role": pk_of(Role.SUPER_ADMIN)}).status_code == 403
    assert "menu_as" not in desk.session
    assert desk.post(VIEW_AS).status_code == 302  # the way back is open to everybody


def test_the_view_ends_with_the_right_to_it_and_with_the_role_that_is_viewed(desk, manager):
    services.add_role("Till", actor=COMMAND)
    desk.post(VIEW_AS, {"role": pk_of("Till")})
    assert len(menu_of(desk.get("/admin/").content.decode())) == 2  # what whoever is signed in sees
    services.remove_role(pk_of("Till"), actor=COMMAND)
    assert "You view the menu as" not in desk.get("/admin/").content.decode()
    desk.post(VIEW_AS, {"role": pk_of(Role.DRIVER)})
    manager.rights.create(key="roles.view", source="deny")
    assert "You view the menu as" not in desk.get("/admin/").content.decode()


@pytest.mark.parametrize("sent", [{"role": "999999"}, {"role": "x"}, {"person": "0"}])
def test_nobody_to_view_the_menu_as_is_said_and_the_menu_stays(desk, sent):
    html = desk.post(VIEW_AS, sent, follow=True).content.decode()
    assert ("There is nobody, and no role" in html, "You view the menu as" in html) == (True, False)


def test_the_way_back_leads_to_where_one_was_and_to_no_other_site(desk):
    assert desk.post(VIEW_AS, {"next": "/admin/todo/"}).headers["Location"] == "/admin/todo/"
    assert desk.post(VIEW_AS, {"next": "https://elsewhere.example/"}).headers["Location"] == "/admin/"
