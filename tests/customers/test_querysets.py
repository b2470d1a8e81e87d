"""How a clerk finds a customer."""

import pytest
from django.utils import timezone

from apps.customers.models import Customer
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    ["olivia", "begum ", "CUST-1", "olivia.28@", "07700 900028", "+44 7700 900028", "(07700) 900-028"],
)
def test_a_customer_is_found_by_name_id_email_or_phone_in_any_spelling(words: str) -> None:
    wanted = make_customer(
        "CUST-1", name="Olivia Begum", email="olivia.28@mail.example", mobile="07700 900028"
    )
    make_customer("CUST-2", name="Wei Patel", email="wei@mail.example", mobile="07700 900016")
    assert list(Customer.objects.matching(words)) == [wanted]


def test_active_is_present_enabled_and_not_frozen() -> None:
    make_customer("good")
    make_customer("disabled", is_active=False)
    make_customer("frozen", is_frozen=True)
    make_customer("gone", gone_at=timezone.now())
    assert [customer.erp_name for customer in Customer.objects.active()] == ["good"]
