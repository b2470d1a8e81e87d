"""What every page shows, with and without Redis."""

import pytest
from django.conf import settings as ours

from apps.accounts.permissions import Role
from apps.core import counts
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

NO_REDIS = "redis://127.0.0.1:1"


@pytest.fixture
def without_redis(settings):
    settings.CACHES = {"default": ours.CACHES["default"] | {"LOCATION": NO_REDIS}}


def test_what_was_counted_a_moment_ago_is_not_counted_again():
    numbers = iter([0, 2])
    asked = [counts.kept("test:count", lambda: next(numbers), seconds=60) for _ in range(3)]
    assert asked == [0, 0, 0]


def test_without_redis_it_is_counted_each_time(without_redis):
    numbers = iter([1, 2])
    assert [counts.kept("test:count", lambda: next(numbers), seconds=60) for _ in range(2)] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["/admin/", "/admin/todo/", "/admin/notifications/", "/admin/orders/order/", "/admin/settings/"]
)
def test_the_back_office_opens_while_redis_is_away(page, without_redis):
    assert signed_in(StaffFactory(role=Role.ADMIN)).get(page).status_code == 200
