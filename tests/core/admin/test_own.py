"""OwnAdmin, on a record of ours that has no screen of its own."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import clear_url_caches, include, path
from django.urls.resolvers import URLPattern, URLResolver

from apps.core.admin.base import OwnAdmin
from apps.core.models import AuditEntry, SavedView

VIEWS = "/admin/core/savedview/"
urlpatterns: list[URLPattern | URLResolver] = []


class OwnedAdmin(OwnAdmin):
    permission_category = "settings"
    list_display = ("name", "page")
    edited = ("name", "page", "is_shared")
    search_fields = ("name",)

    def has_delete_permission(self, request, obj=None):
        return self.holds(request, "edit")


@pytest.fixture
def owned(settings):
    admin.site.register(SavedView, OwnedAdmin)
    urlpatterns[:] = [path("api/", include("config.api_urls")), path("admin/", admin.site.urls)]
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    admin.site.unregister(SavedView)
    clear_url_caches()


@pytest.fixture
def view(owned, db):
    return SavedView.objects.create(page="orders.order", name="Late", owner_kind="staff", owner_id="1")


def trail(view):
    return list(AuditEntry.objects.about(kind="core.savedview", subject_id=str(view.pk)).order_by("id"))


def test_a_change_is_saved_with_what_was_before_and_after(desk, view):
    answer = desk.post(f"{VIEWS}{view.pk}/change/", {"name": "Overdue", "page": "orders.order"})
    view.refresh_from_db()
    (entry,) = trail(view)
    assert (answer.status_code, view.name) == (302, "Overdue")
    assert (entry.action, entry.before, entry.after) == (
        "savedview.changed",
        {"name": "Late"},
        {"name": "Overdue"},
    )


def test_saving_what_was_there_leaves_no_trace(desk, view):
    desk.post(f"{VIEWS}{view.pk}/change/", {"name": "Late", "page": "orders.order"})
    assert trail(view) == []


def test_a_mistake_is_said_at_its_field_and_everything_typed_is_still_there(desk, view):
    page = desk.post(f"{VIEWS}{view.pk}/change/", {"name": "", "page": "typed.page"}).content.decode()
    view.refresh_from_db()
    assert (view.name, view.page) == ("Late", "orders.order")
    assert 'value="typed.page"' in page
    assert page.count("lr-field-error") == 1


def test_a_removal_is_asked_for_first_and_traced(desk, view):
    assert desk.get(f"{VIEWS}{view.pk}/delete/").status_code == 200
    assert SavedView.objects.count() == 1
    desk.post(f"{VIEWS}{view.pk}/delete/", {"post": "yes"})
    (entry,) = trail(view)
    assert (SavedView.objects.count(), entry.action, entry.before["name"]) == (0, "savedview.removed", "Late")
    assert LogEntry.objects.count() == 0


def test_who_may_not_edit_is_shown_no_form(clerks_desk, view):
    assert clerks_desk.post(f"{VIEWS}{view.pk}/change/", {"name": "x", "page": "y"}).status_code == 403
    view.refresh_from_db()
    assert view.name == "Late"
