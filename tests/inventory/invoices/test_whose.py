"""Whose invoice it is, who may change it while it waits, and what whoever accepts it has seen."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import Right
from apps.accounts.permissions import Role
from apps.approvals import services as approvals
from apps.approvals.errors import ChangedSinceError, OwnWorkError
from apps.approvals.models import Item
from apps.core.actors import COMMAND, Actor
from apps.core.errors import PermissionDeniedError
from apps.core.models import AuditEntry
from apps.inventory import services
from apps.inventory.models import InvoiceUpload, LocalBatch
from apps.inventory.services import Choice
from apps.inventory.states import Decision, UploadState
from tests.factories.accounts import StaffFactory
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    approver,
    confirmed,
    d,
    decide,
    line_of,
    make_bought,
    matched,
    row,
)

pytestmark = pytest.mark.django_db


def handed_in() -> tuple[InvoiceUpload, Item]:
    upload = confirmed(make_supplier("Acme"), row("Milk", buy="1.00"), is_final=False, actor=CLERK)
    return upload, Item.objects.get()


def edited(upload: InvoiceUpload, actor: Actor) -> Any:
    return services.edit_line(line_of(upload).pk, values={"buy_price": d("3.00")}, actor=actor)


def decided(upload: InvoiceUpload, actor: Actor) -> Any:
    product = make_bought()
    choice = Choice(decision=Decision.PRODUCT, product_id=product.pk)
    return services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=actor)


# --- what is accepted is what was seen ----------------------------------------------------------------------
@pytest.mark.parametrize("correct", [edited, decided])
def test_a_corrected_line_makes_the_item_another_and_who_saw_it_before_accepts_nothing(
    correct: Callable[[InvoiceUpload, Actor], Any],
) -> None:
    upload, item = handed_in()
    ada = approver()
    correct(upload, ada)
    with pytest.raises(ChangedSinceError, match=f"{ada.label} has changed “Invoice"):
        approvals.accept(item.pk, seen=item.revision, actor=ADMIN)
    upload.refresh_from_db()
    assert upload.state == UploadState.PENDING
    assert set(LocalBatch.objects.values_list("state", flat=True)) == {"pending"}
    approvals.accept(item.pk, seen=item.revision + 1, actor=ADMIN)
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMED


def test_the_item_says_what_the_corrected_invoice_comes_to_and_stays_its_makers() -> None:
    upload, item = handed_in()
    ada = approver()
    edited(upload, ada)
    item.refresh_from_db()
    assert (item.after["total"], item.value, item.revision) == ("30.00", d("30.00"), 2)
    assert (item.maker_id, item.maker_label) == (CLERK.id, CLERK.label)
    entry = AuditEntry.objects.filter(action="todo.changed").get()
    assert (entry.actor_label, entry.before["total"], entry.after["total"]) == (ada.label, "10.00", "30.00")


def test_a_correction_that_changes_nothing_leaves_the_item_as_it_was_seen() -> None:
    upload, item = handed_in()
    services.edit_line(line_of(upload).pk, values={"buy_price": d("1.00")}, actor=approver())
    approvals.accept(item.pk, seen=item.revision, actor=ADMIN)
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMED


def test_before_it_is_handed_in_nothing_waits_and_nothing_is_made_in_to_do() -> None:
    upload = matched(make_supplier(), row("Milk"))
    edited(upload, CLERK)
    assert not Item.objects.exists()


# --- who may correct it -------------------------------------------------------------------------------------
@pytest.mark.parametrize("correct", [edited, decided])
def test_the_verb_itself_refuses_a_correction_to_who_may_not_approve(
    correct: Callable[[InvoiceUpload, Actor], Any],
) -> None:
    upload, item = handed_in()
    line = line_of(upload)
    for actor in (approver(Role.CLERK), Actor("staff", "999999", "Nobody"), Actor("app", "1", "Till")):
        with pytest.raises(PermissionDeniedError, match=r"needs the right “batches\.approve”"):
            correct(upload, actor)
    item.refresh_from_db()
    assert (line_of(upload).stamp, item.revision) == (line.stamp, 1)


def test_a_right_that_was_taken_away_is_gone_at_once() -> None:
    upload, _item = handed_in()
    ada = StaffFactory(role=Role.ADMIN)
    Right.objects.create(user=ada, key="batches.approve", source=Right.Source.DENY)
    with pytest.raises(PermissionDeniedError):
        edited(upload, Actor.of(ada))


def test_suggestions_of_what_waits_are_taken_by_who_may_approve_alone() -> None:
    upload, _item = handed_in()
    with pytest.raises(PermissionDeniedError):
        services.accept_suggestions(upload.pk, actor=approver(Role.CLERK))
    with pytest.raises(OwnWorkError):
        services.accept_suggestions(upload.pk, actor=CLERK)


# --- taking back --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("which", ["uploaded it", "handed it in"])
def test_who_uploaded_it_and_who_handed_it_in_each_take_it_back(which: str) -> None:
    grace, carl = approver(Role.CLERK), approver(Role.CLERK)
    upload = matched(make_supplier(), row("Milk"), actor=grace)
    decide(upload, make_bought())
    services.confirm_upload(upload.pk, actor=carl, is_final=False)
    services.take_back(upload.pk, actor=grace if which == "uploaded it" else carl)
    upload.refresh_from_db()
    assert (upload.state, Item.objects.get().state) == (UploadState.MATCHED, "closed")


def test_anybody_else_is_told_whose_it_is() -> None:
    upload = matched(make_supplier(), row("Milk"), actor=CLERK)
    decide(upload, make_bought())
    services.confirm_upload(upload.pk, actor=ADMIN, is_final=False)
    with pytest.raises(PermissionDeniedError, match="Only Grace Clerk or Ada Boss can take it back"):
        services.take_back(upload.pk, actor=approver(Role.CLERK))
    upload.refresh_from_db()
    assert upload.state == UploadState.PENDING


# --- discarding ---------------------------------------------------------------------------------------------
def test_a_clerk_discards_what_is_his_and_not_what_is_anothers() -> None:
    grace = approver(Role.CLERK)
    upload = matched(make_supplier(), row("Milk"), actor=grace)
    with pytest.raises(PermissionDeniedError, match=f"uploaded by {grace.label}: .* “batches.delete”"):
        services.discard_upload(upload.pk, actor=approver(Role.CLERK))
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED
    services.discard_upload(upload.pk, actor=grace)
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED


@pytest.mark.parametrize("whoever", [lambda: approver(Role.ADMIN), lambda: COMMAND])
def test_who_may_delete_batches_discards_anybodys(whoever: Callable[[], Actor]) -> None:
    upload = matched(make_supplier(), row("Milk"), actor=CLERK)
    services.discard_upload(upload.pk, actor=whoever())
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED
