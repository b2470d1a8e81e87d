from apps.accounts.permissions import Role
from apps.core.models import ChosenColumns, SavedView
from apps.orders.states import OrderStatus
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.orders import make_order

ORDERS = "/admin/orders/order/"


def save(client, name, query="status=open", **more):
    return client.post(f"{ORDERS}saved/add/?{query}", {"name": name, **more})


def offered(client):
    return [view.name for view, *_rest in client.get(ORDERS).context["listing"].view_links]


def test_a_saved_filter_brings_back_its_rows(desk):
    make_order("OPEN", status=OrderStatus.OPEN)
    make_order("DONE", status=OrderStatus.COMPLETED)
    answer = save(desk, "To do today", "status=open&p=3")
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("status=open", False)
    assert answer.headers["Location"] == f"{ORDERS}?status=open&view={view.pk}"
    shown = desk.get(answer.headers["Location"]).context["listing"]
    assert [row.name for row in shown.rows] == ["<bdi>OPEN</bdi>"]
    assert shown.taste.view == view


def test_ones_own_filters_are_nobody_elses(desk, clerks_desk):
    save(desk, "Mine")
    make_order()
    assert (offered(desk), offered(clerks_desk)) == (["Mine"], [])


def test_a_shared_filter_is_everyones_and_sharing_needs_its_right(desk, clerks_desk):
    make_order()
    assert save(clerks_desk, "For all", shared="1").status_code == 403
    assert SavedView.objects.count() == 0
    save(desk, "For all", shared="1")
    assert offered(clerks_desk) == ["For all"]


def test_saving_under_the_same_name_replaces_ones_own(desk):
    save(desk, "Mine")
    save(desk, "Mine", "status=draft")
    assert [view.query for view in SavedView.objects.all()] == ["status=draft"]


def test_two_shared_filters_cannot_have_one_name(desk):
    save(desk, "Late", shared="1")
    other = signed_in(StaffFactory(role=Role.ADMIN))
    answer = other.post(f"{ORDERS}saved/add/?status=draft", {"name": "Late", "shared": "1"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "“Late” is a shared filter of someone else. Choose another name."
    ]
    assert [view.query for view in SavedView.objects.all()] == ["status=open"]


def test_a_filter_without_a_name_is_not_saved(desk):
    answer = desk.post(f"{ORDERS}saved/add/?status=open", {"name": "  "}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Give the filter a name of 1 to 80 characters."
    ]
    assert SavedView.objects.count() == 0


def test_only_its_owner_or_who_may_share_removes_a_filter(desk, clerks_desk):
    save(clerks_desk, "A clerk's own")
    save(desk, "For all", shared="1")
    own, shared = SavedView.objects.order_by("id")
    clerks_desk.post(f"{ORDERS}saved/{shared.pk}/remove/")
    desk.post(f"{ORDERS}saved/{own.pk}/remove/")  # not shared: nobody else's, not even a manager's
    assert SavedView.objects.count() == 2
    clerks_desk.post(f"{ORDERS}saved/{own.pk}/remove/")
    desk.post(f"{ORDERS}saved/{shared.pk}/remove/")
    assert SavedView.objects.count() == 0


def test_no_link_saves_removes_or_chooses(desk):
    save(desk, "Mine")
    view = SavedView.objects.get()
    for door in (f"saved/{view.pk}/remove/", "saved/add/?name=x", "columns/?column=status"):
        assert desk.get(f"{ORDERS}{door}").status_code == 405
    assert (SavedView.objects.count(), ChosenColumns.objects.count()) == (1, 0)


def columns(client, **query):
    return [head.column.name for head in client.get(ORDERS, query).context["listing"].heads]


def test_columns_are_chosen_by_each_for_himself_and_the_name_stays(desk, clerks_desk):
    make_order()
    desk.post(f"{ORDERS}columns/", {"column": ["amount", "due_on", "no_such_column"]})
    assert columns(desk) == ["number", "amount", "due_on"]
    assert columns(clerks_desk)[:3] == ["number", "status", "customer_name"]


def test_the_lists_own_columns_can_be_had_back(desk):
    make_order()
    desk.post(f"{ORDERS}columns/", {"column": ["amount"]})
    desk.post(f"{ORDERS}columns/", {"reset": "1", "column": ["amount"]})
    assert columns(desk)[:3] == ["number", "status", "customer_name"]
    assert ChosenColumns.objects.count() == 0


def test_a_saved_filter_keeps_its_columns_whatever_is_chosen_later(desk):
    make_order()
    desk.post(f"{ORDERS}columns/", {"column": ["due_on"]})
    save(desk, "Due")
    desk.post(f"{ORDERS}columns/", {"column": ["amount"]})
    assert columns(desk, view=SavedView.objects.get().pk) == ["number", "due_on"]
    assert columns(desk) == ["number", "amount"]
