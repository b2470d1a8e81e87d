"""Lines of an upload are matched to products, so many at a time; a person's decisions stay his.

Each portion is a transaction: a run that is killed goes on where it was, and a page can say how far it is.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.events import publish
from apps.core.locks import Held, only_one
from apps.inventory.events import MatchingAsked
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import catalogue, costs, failing, steps
from apps.inventory.services.invoices.deciding import is_pack
from apps.inventory.states import OPEN, Decision, Found, UploadState
from apps.inventory.sums import cost_of_one, in_stock_units

AT_ONCE: Final = 500
# Whoever decided a line keeps decision, product and pack; the candidates are new for him, too.
WRITE: Final = """
    UPDATE inventory_uploadline line
       SET is_matched = TRUE, candidates = said.candidates, certainty = said.certainty, score = said.score,
           decision = CASE WHEN line.is_by_hand THEN line.decision ELSE said.decision END,
           product_id = CASE WHEN line.is_by_hand THEN line.product_id ELSE said.product END,
           found_by = CASE WHEN line.is_by_hand THEN line.found_by ELSE said.found_by END,
           pack_factor = CASE WHEN line.is_by_hand THEN line.pack_factor ELSE said.pack END,
           stock_quantity = CASE WHEN line.is_by_hand THEN line.stock_quantity ELSE said.stock_quantity END,
           unit_cost = CASE WHEN line.is_by_hand THEN line.unit_cost ELSE said.unit_cost END,
           last_cost = CASE WHEN line.is_by_hand THEN line.last_cost ELSE said.last_cost END
      FROM jsonb_to_recordset(%s) AS said (
           id bigint, candidates jsonb, certainty smallint, score numeric, decision text, product bigint,
           found_by text, pack numeric, stock_quantity numeric, unit_cost numeric, last_cost numeric)
     WHERE line.id = said.id AND NOT line.is_matched
"""


@transaction.atomic
def ask_for_matching(upload_id: int, *, actor: Actor, at: datetime | None = None) -> InvoiceUpload:
    """Have all lines matched anew, as when products have come since; what a person decided stays.

    Raises UploadClosedError.
    """
    upload = steps.locked(upload_id)
    steps.check_state(upload, OPEN)
    now = at or timezone.now()
    if upload.state == UploadState.MATCHED:
        steps.move(upload, UploadState.DRAFT, actor=actor, at=now, reason="matched anew")
    upload.matched_count, upload.match_asked_at = 0, now
    upload.match_tries, upload.match_failure = 0, ""
    upload.save(update_fields=["matched_count", "match_asked_at", "match_tries", "match_failure"])
    upload.lines.update(is_matched=False)
    audit.record(
        actor=actor,
        action="invoice.matching_asked",
        subject=Subject.of(upload),
        after={"lines": upload.line_count},
    )
    publish(MatchingAsked(upload_id=upload.pk))
    return upload


def match_upload(upload_id: int, *, actor: Actor) -> int:
    """Match what of an upload is not matched yet, and let it be confirmed. Says how many lines it matched.

    Safe to run twice and to be killed. What it fails on is raised, and tried again when the clock asks; after
    ``MOST_TRIES`` that come no further it is given up, and its maker told (docs/adr/0809). Raises
    AlreadyRunningError while another is at it.
    """
    upload = InvoiceUpload.objects.select_related("supplier").filter(pk=upload_id).first()
    if upload is None or not upload.is_matching:
        return 0
    with only_one(f"inventory.match:{upload_id}") as held:
        if not _begin(upload_id, actor=actor):
            return 0
        with failing.Attempt(upload_id, actor=actor):
            matched = _all(upload, held)
        _end(upload_id, actor=actor)
    return matched


@transaction.atomic
def _begin(upload_id: int, *, actor: Actor) -> bool:
    """Count a try before it is made: whoever kills the process, as a lack of memory does, is counted, too."""
    upload = steps.locked(upload_id)
    if not upload.is_matching or upload.state != UploadState.DRAFT:
        return False
    if upload.match_tries >= failing.MOST_TRIES:
        failing.give_up(upload, failing.killed(), actor=actor)
        return False
    upload.match_tries += 1
    upload.save(update_fields=["match_tries"])
    return True


def _all(upload: InvoiceUpload, held: Held) -> int:
    matched = 0
    ready = catalogue.load(upload.supplier)
    while number := _portion(upload.pk, ready):
        matched += number
        held.check()
    return matched


@transaction.atomic
def _portion(upload_id: int, ready: catalogue.Catalogue) -> int:
    """Match the next lines; none when it is over, or when the upload went on without us."""
    upload = steps.locked(upload_id)
    if not upload.is_matching or upload.state != UploadState.DRAFT:
        return 0
    lines = list(upload.lines.to_match()[:AT_ONCE])
    if lines:
        _write(lines, ready.verdicts(lines))
        upload.matched_count = min(upload.matched_count + len(lines), upload.line_count)
        upload.match_tries = 1  # it gets on: what failed before is behind it
        upload.save(update_fields=["matched_count", "match_tries"])
    return len(lines)


def _write(lines: Sequence[UploadLine], verdicts: Sequence[catalogue.Verdict]) -> None:
    last = costs.last_costs({verdict.product_id for verdict in verdicts})
    said = [_said(line, verdict, last) for line, verdict in zip(lines, verdicts, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(said)])


def _said(line: UploadLine, verdict: catalogue.Verdict, last: dict[int, Any]) -> dict[str, Any]:
    pack, product_id = verdict.pack_factor, verdict.product_id
    if not is_pack(pack) or in_stock_units(line.quantity, pack) <= 0:
        pack = line.pack_factor
    last_cost = last.get(product_id) if product_id else None
    return {
        "id": line.pk,
        "candidates": verdict.candidates,
        "certainty": int(verdict.certainty),
        "score": _text(verdict.score),
        "decision": str(Decision.PRODUCT if product_id else Decision.UNDECIDED),
        "product": product_id,
        "found_by": str(verdict.found_by if verdict.candidates else Found.NOTHING),
        "pack": str(pack),
        "stock_quantity": str(in_stock_units(line.quantity, pack)),
        "unit_cost": str(cost_of_one(line.buy_price, pack)),
        "last_cost": _text(last_cost),
    }


def _text(number: Any) -> str | None:
    return None if number is None else str(number)


@transaction.atomic
def _end(upload_id: int, *, actor: Actor) -> None:
    upload = steps.locked(upload_id)
    is_done = upload.is_matching and not upload.lines.to_match().exists()
    if not is_done or upload.state != UploadState.DRAFT:
        return
    steps.move(
        upload,
        UploadState.MATCHED,
        actor=actor,
        at=timezone.now(),
        match_asked_at=None,
        match_tries=0,
        matched_count=upload.line_count,
    )
    audit.record(
        actor=actor,
        action="invoice.matched",
        subject=Subject.of(upload),
        after={"lines": upload.line_count, "undecided": upload.lines.undecided().count()},
    )


def ask_again(*, at: datetime) -> list[int]:
    """Uploads whose message to the matcher was lost, or whose matcher died: they are asked for once more."""
    waiting = list(InvoiceUpload.objects.to_match(at).values_list("pk", flat=True))
    for upload_id in waiting:
        publish(MatchingAsked(upload_id=upload_id))
    return waiting
