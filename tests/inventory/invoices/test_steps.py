"""Whatever is done to an upload, in whatever order: what must never be, never is."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies

from apps.approvals import services as approvals
from apps.core.errors import DomainError, IllegalMoveError
from apps.inventory import reports, services
from apps.inventory.models import InvoiceUpload, LearnedMatch
from apps.inventory.models.uploads import NUMBERED
from apps.inventory.services.invoices import steps
from apps.inventory.states import COUNTING, UPLOAD_MOVES, Decision, LocalState, UploadState
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    approver,
    csv_of,
    decide,
    make_bought,
    matched,
    row,
    start,
)

pytestmark = pytest.mark.django_db
STANDING = {
    UploadState.CONFIRMED: {LocalState.ACTIVE},
    UploadState.PENDING: {LocalState.PENDING},
}


def accept(upload: InvoiceUpload) -> Any:
    item = reports.waiting_item(upload)
    return item and approvals.accept(item.pk, actor=ADMIN)


def reject(upload: InvoiceUpload) -> Any:
    item = reports.waiting_item(upload)
    return item and approvals.reject(item.pk, actor=ADMIN, reason="Not so")


def columns(upload: InvoiceUpload) -> Any:
    services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)
    return services.match_upload(upload.pk, actor=ADMIN)


def to_products(upload: InvoiceUpload) -> Any:
    decide(upload, *(make_bought() for _ in range(upload.lines.count())))


VERBS: dict[str, Callable[[InvoiceUpload], Any]] = {
    "columns": columns,
    "match anew": lambda one: services.ask_for_matching(one.pk, actor=CLERK),
    "match": lambda one: services.match_upload(one.pk, actor=ADMIN),
    "decide": to_products,
    "approver decides": lambda one: decide(one, *[Decision.NEW_ITEM] * one.lines.count(), actor=approver()),
    "replace": lambda one: services.replace_file(
        one.pk, csv_of(row("Bread")), file_name="b.csv", actor=CLERK
    ),
    "hand in": lambda one: services.confirm_upload(one.pk, actor=CLERK, is_final=False),
    "confirm": lambda one: services.confirm_upload(one.pk, actor=ADMIN, is_final=True),
    "accept": accept,
    "reject": reject,
    "take back": lambda one: services.take_back(one.pk, actor=CLERK),
    "reopen": lambda one: services.reopen_upload(one.pk, actor=CLERK),
    "undo": lambda one: services.undo_upload(one.pk, reason="Wrong", actor=ADMIN),
    "discard": lambda one: services.discard_upload(one.pk, actor=CLERK),
    "again": lambda one: start(one.supplier, row("Bread"), number=one.number),
}


def check(upload: InvoiceUpload) -> None:
    state = UploadState(upload.state)
    standing = set(upload.batches.standing().values_list("state", flat=True))
    assert standing <= STANDING.get(state, set())
    assert (upload.sequence is not None) == (state in NUMBERED)
    assert upload.claim is None or state in COUNTING
    path = list(upload.journal.values_list("was", "now"))
    assert path[0] == ("", UploadState.DRAFT)
    assert path[-1][1] == state
    assert all(UploadState(now) in UPLOAD_MOVES[UploadState(was)] for was, now in path[1:])
    assert not LearnedMatch.objects.filter(upload=upload).exists() or state == UploadState.CONFIRMED
    assert (reports.waiting_item(upload) is not None) == (state == UploadState.PENDING)
    assert not upload.lines.parked().exists() or state == UploadState.CONFIRMED


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=strategies.lists(strategies.sampled_from(sorted(VERBS)), max_size=9))
def test_no_order_of_steps_leaves_what_must_never_be(walk: list[str]) -> None:
    with transaction.atomic():
        upload = matched(make_supplier(), row("Milk"), row("Cheese"))
        to_products(upload)
        for verb in walk:
            upload = InvoiceUpload.objects.get(pk=upload.pk)
            try:
                with transaction.atomic():
                    VERBS[verb](upload)
            except DomainError:
                pass
            check(InvoiceUpload.objects.get(pk=upload.pk))
        transaction.set_rollback(True)


@pytest.mark.parametrize(("was", "to"), product(UploadState, UploadState))
def test_a_step_that_is_not_in_the_table_is_not_taken(was: UploadState, to: UploadState) -> None:
    if to in UPLOAD_MOVES[was]:
        return
    upload = start(make_supplier(), row("Milk"))
    upload.state = was
    with pytest.raises(IllegalMoveError):
        steps.move(upload, to, actor=ADMIN, at=timezone.now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": UploadState.CONFIRMED},
        {"sequence": 4},
        {"confirmed_at": timezone.now()},
        {"state": UploadState.DISCARDED},
        {"matched_count": 5},
    ],
)
def test_the_database_refuses_what_must_never_be(wrong: dict[str, Any]) -> None:
    upload = start(make_supplier(), row("Milk"))
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceUpload.objects.filter(pk=upload.pk).update(**wrong)
