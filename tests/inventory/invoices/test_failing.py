"""A matcher that fails is tried again a few times, then given up in sight of everybody."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from apps.core.actors import SYSTEM, Actor
from apps.core.models import AuditEntry
from apps.inventory import services, tasks
from apps.inventory.errors import StorageError
from apps.inventory.models import InvoiceUpload
from apps.inventory.services.invoices import failing, matching_lines
from apps.inventory.states import Decision, UploadState
from apps.notifications.models import Notice, Receipt
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.inventory import make_supplier
from tests.factories.invoices import CLERK, decide, row, start

pytestmark = pytest.mark.django_db
REAL = matching_lines._write


@pytest.fixture
def grace() -> Any:
    return StaffFactory(role=Role.CLERK, full_name="Grace Clerk")


@pytest.fixture
def upload(grace: Any) -> InvoiceUpload:
    """An invoice that is to be matched."""
    began = start(make_supplier("Acme"), *(row(f"Thing {n}") for n in range(6)), actor=Actor.of(grace))
    return services.set_columns(began.pk, mapping=began.mapping, actor=Actor.of(grace))


def broken(monkeypatch: pytest.MonkeyPatch, why: BaseException, *, after: int = 0) -> None:
    """A matcher that fails once it has done so many portions."""
    done = []

    def write(*given: Any) -> None:
        if len(done) >= after:
            raise why
        done.append(1)
        REAL(*given)

    monkeypatch.setattr(matching_lines, "AT_ONCE", 2)
    monkeypatch.setattr(matching_lines, "_write", write)


def tries(upload: InvoiceUpload, number: int, kind: type[BaseException] = ZeroDivisionError) -> None:
    for _ in range(number):
        with pytest.raises(kind):
            tasks.match_upload(upload.pk)
    upload.refresh_from_db()


def test_a_fault_is_tried_three_times_and_then_stands_there_with_a_sentence(
    upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, ZeroDivisionError("1/0"))
    tries(upload, failing.MOST_TRIES - 1)
    assert (upload.is_matching, upload.is_given_up) == (True, False)
    tries(upload, 1)
    assert (upload.is_matching, upload.is_given_up, upload.state) == (False, True, UploadState.MATCHED)
    assert upload.match_failure == "a fault of the program (ZeroDivisionError)"
    assert services.ask_again(at=upload.moved_at.replace(year=2999)) == []
    assert services.match_upload(upload.pk, actor=SYSTEM) == 0
    entry = AuditEntry.objects.get(action="invoice.matching_failed")
    assert (entry.reason, entry.after) == (upload.match_failure, {"matched": 0, "lines": 6})


def test_its_maker_is_told_with_the_way_to_it_and_nobody_else(
    upload: InvoiceUpload, grace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    StaffFactory(role=Role.ADMIN)
    broken(monkeypatch, StorageError("The disk is full."))
    tries(upload, failing.MOST_TRIES, StorageError)
    notice = Notice.objects.get(kind="inventory.not_matched")
    assert notice.title == f"Invoice {upload.number} of Acme could not be matched"
    assert "It was tried 3 times: The disk is full." in notice.text
    assert notice.link == upload.get_absolute_url()
    assert list(Receipt.objects.values_list("user", flat=True)) == [grace.pk]


def test_who_kills_the_process_each_time_is_counted_too(
    upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, SystemExit(9))
    tries(upload, failing.MOST_TRIES, SystemExit)
    assert upload.is_matching
    tasks.match_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.is_matching, upload.is_given_up) == (False, True)
    assert "want of memory" in upload.match_failure


def test_as_long_as_it_gets_on_it_is_not_given_up(
    upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A portion a try: three tries and more, and each came further."""
    broken(monkeypatch, ZeroDivisionError(), after=1)
    for done in (2, 4):
        broken(monkeypatch, ZeroDivisionError(), after=1)
        tries(upload, 1)
        assert (upload.matched_count, upload.is_matching) == (done, True)
    broken(monkeypatch, ZeroDivisionError(), after=1)
    assert services.match_upload(upload.pk, actor=SYSTEM) == 2
    upload.refresh_from_db()
    assert (upload.state, upload.match_tries, upload.match_failure) == (UploadState.MATCHED, 0, "")


def test_asked_for_again_it_begins_anew(upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, ZeroDivisionError())
    tries(upload, failing.MOST_TRIES)
    services.ask_for_matching(upload.pk, actor=CLERK)
    tries(upload, 1)
    assert (upload.is_matching, upload.match_failure) == (True, "")
    monkeypatch.setattr(matching_lines, "_write", REAL)
    assert services.match_upload(upload.pk, actor=SYSTEM) == 6
    upload.refresh_from_db()
    assert (upload.state, upload.is_given_up) == (UploadState.MATCHED, False)


def test_what_the_matcher_fails_on_is_decided_by_hand(
    upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, ZeroDivisionError())
    tries(upload, failing.MOST_TRIES)
    decide(upload, *[Decision.NEW_ITEM] * 6)
    services.confirm_upload(upload.pk, actor=CLERK, is_final=True)
    upload.refresh_from_db()
    assert (upload.state, upload.is_given_up) == (UploadState.CONFIRMED, False)


def test_its_page_and_the_list_say_so_and_offer_to_try_again(
    upload: InvoiceUpload, grace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, ZeroDivisionError())
    tries(upload, failing.MOST_TRIES)
    desk: Client = signed_in(grace)
    address = f"/admin/inventory/upload/{upload.pk}/match/"
    text = desk.get(address).content.decode()
    assert "The lines could not be matched:" in text
    assert "a fault of the program (ZeroDivisionError)" in text
    assert "Match again" in text
    assert "Not matched" in desk.get("/admin/inventory/upload/").content.decode()
    desk.post(address)
    upload.refresh_from_db()
    assert (upload.is_matching, upload.match_failure) == (True, "")
