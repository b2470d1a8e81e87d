"""Addresses with a host in them lead to PUBLIC_URL, whatever host somebody asks by."""

import pytest
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

from apps.core.addresses import absolute, as_asked, origin_for_letters
from tests.factories.app_keys import make_key
from tests.factories.media import make_asset

HOME = "https://larder.example.com"


@pytest.fixture
def asked(settings):
    settings.ALLOWED_HOSTS = ["other.example", "127.0.0.1"]
    settings.HOSTS_FOR_MACHINES = ["127.0.0.1"]
    return lambda host: RequestFactory().get("/admin/?x=1", headers={"host": host})


@pytest.mark.parametrize(("public", "leads"), [(HOME, HOME), ("", "http://other.example")])
def test_a_path_leads_to_where_people_find_larder_else_to_the_host_that_was_asked(
    asked, settings, public, leads
):
    settings.PUBLIC_URL = public
    request = asked("other.example")
    assert absolute("/media/a.jpg", request=request) == f"{leads}/media/a.jpg"
    assert origin_for_letters(request) == leads
    assert as_asked(request) == "http://other.example"


@pytest.mark.parametrize("whole", ["https://files.example/a.jpg", "//files.example/a.jpg"])
def test_what_has_a_host_already_keeps_it(asked, settings, whole):
    settings.PUBLIC_URL = HOME
    assert absolute(whole, request=asked("other.example")) == whole


def test_a_host_for_machines_is_named_in_no_letter_and_needs_not_to_be(asked, settings):
    settings.PUBLIC_URL = ""
    with pytest.raises(DisallowedHost):
        origin_for_letters(asked("127.0.0.1:9000"))
    settings.PUBLIC_URL = HOME
    assert origin_for_letters(asked("127.0.0.1:9000")) == HOME


@pytest.mark.django_db
def test_what_a_page_shows_to_be_copied_leads_there_too(desk, settings):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = HOME, ["other.example"]
    key, picture = make_key().app_key, make_asset()
    for page, shown in (
        (f"/admin/accounts/appkey/{key.pk}/change/", f"{HOME}/api/v1/app"),
        (picture.get_absolute_url(), f"{HOME}{picture.url}"),
    ):
        told = desk.get(page, headers={"host": "other.example"}).content.decode()
        assert (shown in told, "other.example" in told) == (True, False)
