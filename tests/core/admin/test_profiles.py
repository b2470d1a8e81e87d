import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from apps.core.models import AuditEntry
from tests.core.admin.test_lists import CountedQueries
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_line, make_order


def profile_url(record):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def test_a_profile_costs_the_same_however_much_happened(desk):
    customer, product = make_customer(), make_product()

    def grow(rows):
        for _number in range(rows):
            make_line(make_order(customer=customer), product=product)

    grow(1)
    urls = [profile_url(customer), profile_url(product)]
    for url in urls:
        desk.get(url)  # content types are read once per process
    few = [queries(desk, url) for url in urls]
    grow(12)
    assert [queries(desk, url) for url in urls] == few


def test_an_order_costs_the_same_however_many_lines_it_has(desk):
    short, long = make_order(lines=1), make_order(lines=40)
    queries(desk, profile_url(short))
    assert queries(desk, profile_url(long)) == queries(desk, profile_url(short))


def queries(client, url):
    with CountedQueries() as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_beside_the_list_a_profile_comes_without_its_frame(desk):
    order = make_order("SINV-7", lines=2)
    part = desk.get(profile_url(order), headers={"HX-Request": "true", "HX-Target": "ll-aside"})
    page = part.content.decode()
    assert "SINV-7" in page
    assert "<html" not in page
    assert "HX-Target" in part.headers["Vary"]
    assert "<html" in desk.get(profile_url(order)).content.decode()


def test_the_history_of_a_record_stands_on_it_in_words(desk):
    person = StaffFactory(full_name="Bo")
    desk.post(
        f"/admin/accounts/user/{person.pk}/edit/",
        {"_form_submitted": "on", "full_name": "Bo Peep", "language": "en", "theme": "system"},
    )
    happened = desk.get(profile_url(person)).context["profile"].happenings
    assert [(line.what, line.who, line.note) for line in happened] == [
        ("Changed", "Ada Boss", "name: Bo → Bo Peep")
    ]


def test_every_staff_change_is_in_the_one_trail_and_djangos_log_stays_empty(desk):
    person = StaffFactory()
    desk.post(f"/admin/accounts/user/{person.pk}/deactivate/", {"_form_submitted": "on", "reason": ""})
    assert AuditEntry.objects.about(kind="accounts.user", subject_id=str(person.pk)).count() == 1
    assert LogEntry.objects.count() == 0


def test_what_orders_put_on_a_customer_is_shown_only_to_who_may_see_orders(desk, monkeypatch):
    customer = make_customer()
    make_order("SINV-9", customer=customer)
    assert "SINV-9" in desk.get(profile_url(customer)).content.decode()
    monkeypatch.setattr("apps.core.panels.may", lambda person, key: key != "orders.view")
    assert "SINV-9" not in desk.get(profile_url(customer)).content.decode()


def test_a_record_that_is_not_there_sends_back_to_the_list_and_says_so(desk):
    answer = desk.get(reverse("admin:orders_order_change", args=[987654]), follow=True)
    assert "doesn’t exist" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("make", [make_customer, make_product, make_order])
def test_a_name_is_never_markup(make, desk):
    record = make("<script>x</script>")
    for field in ("name", "name_en"):
        if hasattr(record, field):
            setattr(record, field, "<script>x</script>")
    record.save()
    assert "<script>x" not in desk.get(profile_url(record)).content.decode()
    assert (
        "<script>x"
        not in desk.get(
            reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_changelist")
        ).content.decode()
    )
