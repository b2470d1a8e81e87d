"""How a clerk finds a customer."""

import pytest
from django.db import connection
from django.utils import timezone

from apps.customers.models import Customer
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "olivia",
        "begum ",
        "beg oli",
        "CUST-1",
        "olivia.28@",
        "28@mail.example",
        "07700 900028",
        "+44 7700 900028",
        "(07700) 900-028",
        "00447700900028",
        "07700 90002",
        "7700 90002",
        "900028",
    ],
)
def test_a_customer_is_found_by_name_id_email_or_phone_in_any_spelling(words: str) -> None:
    wanted = make_customer(
        "CUST-1", name="Olivia Begum", email="olivia.28@mail.example", mobile="07700 900028"
    )
    make_customer("CUST-2", name="Wei Patel", email="wei@mail.example", mobile="07700 900016")
    assert list(Customer.objects.matching(words)) == [wanted]


@pytest.mark.parametrize(
    "mobile", ["07700 900028", "+44 7700 900028", "00447700900028", "+44 (0) 7700-900028", "7700900028"]
)
@pytest.mark.parametrize("words", ["07700 900028", "+447700900028", "0044 7700 900 028", "900028"])
def test_a_phone_is_found_however_erpnext_spells_it(mobile: str, words: str) -> None:
    wanted = make_customer(mobile=mobile)
    make_customer(mobile="820009 00770")  # the same, backwards
    assert list(Customer.objects.matching(words)) == [wanted]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Siobhán Ó Briain", "siobhan o briain"),
        ("Siobhan O Briain", "Siobhán"),
        ("Sean O’Neill", "o'neill"),
        ("Işıl YILDIZ", "ışıl yıldız"),
        ("İbrahim Şahin", "ibrahim sahin"),
        ("Łukasz Kowalski", "lukasz"),
        ("Nguyễn Thị Ngọc", "nguyen thi ngoc"),
        ("محمود إبراهيم", "محمود إبراهيم"),
        ("محمود إبراهيم", "ابراهيم"),
        ("Ольга Ёлкина", "ольга елкина"),
    ],
)
def test_neither_case_nor_accents_keep_a_name_from_being_found(name: str, words: str) -> None:
    wanted = make_customer(name=name)
    make_customer(name="Wei Patel")
    assert list(Customer.objects.matching(words)) == [wanted]


@pytest.mark.parametrize(
    ("words", "found"), [("", 1), ("--", 0), ("livia", 0), ("olivia patel", 0), ("77", 0)]
)
def test_every_word_must_begin_one_of_the_customer(words: str, found: int) -> None:
    make_customer(name="Olivia Begum", mobile="07700 900028")
    assert Customer.objects.matching(words).count() == found


@pytest.mark.parametrize(
    ("words", "index"),
    [("olivia", "customers_customer_by_words"), ("07700 900028", "customers_customer_by_phone")],
)
def test_the_search_goes_by_its_indexes_however_the_list_is_sorted(words: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Customer.objects.matching(words).order_by("name", "id")[:20].explain()
    assert index in plan


def test_active_is_present_enabled_and_not_frozen() -> None:
    make_customer("good")
    make_customer("disabled", is_active=False)
    make_customer("frozen", is_frozen=True)
    make_customer("gone", gone_at=timezone.now())
    assert [customer.erp_name for customer in Customer.objects.active()] == ["good"]
