"""The palette: quick, within its limits, and only what the person may open."""

from django.test import Client
from django.urls import reverse

from apps.core.admin import palette
from apps.customers.models import Customer
from tests.factories.customers import make_customer
from tests.factories.inventory import make_batch, make_supplier
from tests.factories.mirror import document
from tests.factories.orders import make_order

SEARCH = "/admin/search/"


def found(client: Client, text: str) -> str:
    return client.get(SEARCH, {"q": text}).content.decode()


def test_finds_a_customer_by_a_few_letters_and_leads_to_its_page(boss: Client):
    customer = make_customer(name="Mercer & Sons")
    html = found(boss, "merc")
    assert reverse("admin:customers_customer_change", args=[customer.pk]) in html
    assert "Mercer &amp; Sons" in html


def test_finds_an_order_by_its_number(boss: Client):
    order = make_order("ACC-SINV-2026-00042")
    assert reverse("admin:orders_order_change", args=[order.pk]) in found(boss, "00042")


def test_finds_suppliers_by_name_and_batches_by_what_is_on_the_label(boss: Client):
    farm, batch = make_supplier("Bramble Farm"), make_batch("B288-00002")
    assert reverse("admin:inventory_supplier_change", args=[farm.pk]) in found(boss, "farm")
    assert reverse("admin:inventory_batch_change", args=[batch.pk]) in found(boss, "b288-00002")


def test_a_list_that_is_not_in_the_menu_is_a_page_for_whom_may_open_it(boss: Client, driver: Client):
    warehouses = reverse("admin:inventory_warehouse_changelist")
    assert warehouses in found(boss, "wareh")
    assert warehouses not in found(driver, "wareh")


def test_one_letter_reads_no_records(boss: Client):
    make_customer(name="Mercer & Sons")
    html = found(boss, "m")
    assert "Mercer" not in html


def test_shows_at_most_eight_of_a_kind(boss: Client):
    for number in range(12):
        make_customer(name=f"Mercer {number:02d}")
    assert found(boss, "mercer").count("Mercer ") == palette.MOST


def test_keeps_nothing_of_what_one_person_saw(boss: Client):
    make_customer(name="Mercer & Sons")
    assert "Mercer" in found(boss, "mercer")
    Customer.objects.all().delete()
    assert "Mercer" not in found(boss, "mercer")
    assert "no-store" in boss.get(SEARCH, {"q": "mercer"})["Cache-Control"]


def test_a_driver_finds_neither_customers_nor_pages_he_may_not_open(driver: Client):
    make_customer(name="Mercer & Sons")
    assert "Mercer" not in found(driver, "mercer")
    assert reverse("admin:customers_customer_changelist") not in found(driver, "cust")


def test_a_stranger_is_sent_to_the_door(client: Client, db: None):
    answer = client.get(SEARCH, {"q": "mercer"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_what_was_typed_comes_back_as_text(boss: Client):
    assert "<script>" not in found(boss, "<script>alert(1)</script>")


def test_asks_as_often_with_many_rows_as_with_few(boss: Client, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(**document(Customer, f"C-{number}") | {"name": f"Mercer {number}", "is_active": True})
        for number in range(500)
    )
    found(boss, "mercer")
    with django_assert_max_num_queries(11):
        found(boss, "mercer")


def test_reads_no_more_rows_than_it_shows(boss: Client, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(**document(Customer, f"C-{number}") | {"name": f"Person {number}", "is_active": True})
        for number in range(50)
    )
    found(boss, "person")
    with django_assert_max_num_queries(12) as asked:
        assert found(boss, "person").count("Person ") == palette.MOST
    about_customers = [query["sql"] for query in asked if 'FROM "customers_customer"' in query["sql"]]
    assert about_customers
    assert all(f"LIMIT {palette.MOST}" in sql for sql in about_customers)


def test_an_act_is_found_by_any_of_its_words_and_only_by_who_may(boss: Client, clerk: Client):
    act = palette.Act(
        name="test.act", title="Weigh the tomatoes", icon="scale", permission_key="users.create",
        url_name="admin:staff_add", words="scales kilo",
    )  # fmt: skip
    palette.offer_act(act)
    try:
        assert "Weigh the tomatoes" in found(boss, "kilo weigh")
        assert "Weigh the tomatoes" not in found(boss, "kilo potatoes")
        assert "Weigh the tomatoes" not in found(clerk, "kilo weigh")
    finally:
        palette.forget("test.act")
