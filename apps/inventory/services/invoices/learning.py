"""What a supplier means by a part number or a name: learned, corrected and forgotten."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.catalog.models import Product
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.locks import lock_rows
from apps.inventory.errors import ProductUnfitError
from apps.inventory.models import InvoiceUpload, LearnedMatch, Lesson, UploadLine
from apps.inventory.services.invoices import catalogue
from apps.inventory.services.invoices.deciding import is_pack, unfit
from apps.inventory.states import LearnedBy

TRACED: Final = ("product", "pack_factor", "times")
# What means another product from now on is counted from one again.
LEARN: Final = """
    WITH taught AS (
        INSERT INTO inventory_learnedmatch AS known
               (supplier_id, by, key, product_id, pack_factor, times, last_at, last_by, upload_id)
        SELECT %(supplier)s, said.by, said.key, said.product, said.pack, 1, %(at)s, %(who)s, %(upload)s
          FROM unnest(%(by)s::text[], %(keys)s::text[], %(products)s::bigint[], %(packs)s::numeric[])
               AS said (by, key, product, pack)
         ORDER BY said.by, said.key
        ON CONFLICT (supplier_id, by, key) DO UPDATE
           SET times = CASE WHEN known.product_id = excluded.product_id
                             AND known.pack_factor = excluded.pack_factor
                            THEN known.times + 1 ELSE 1 END,
               product_id = excluded.product_id, pack_factor = excluded.pack_factor,
               last_at = excluded.last_at, last_by = excluded.last_by, upload_id = excluded.upload_id
        RETURNING id, product_id, pack_factor
    )
    INSERT INTO inventory_lesson (match_id, product_id, pack_factor, at, by, upload_id)
    SELECT id, product_id, pack_factor, %(at)s, %(who)s, %(upload)s FROM taught
"""
# As its latest lesson has it, and as often as that one was repeated at the end.
RECALL: Final = """
    WITH latest AS (
        SELECT DISTINCT ON (match_id) * FROM inventory_lesson
         WHERE match_id = ANY(%(ids)s) ORDER BY match_id, id DESC
    ), counted AS (
        SELECT latest.*, (
               SELECT count(*) FROM inventory_lesson same
                WHERE same.match_id = latest.match_id AND same.id > coalesce((
                      SELECT max(other.id) FROM inventory_lesson other
                       WHERE other.match_id = latest.match_id
                         AND (other.product_id, other.pack_factor) <> (latest.product_id, latest.pack_factor)
                      ), 0)) AS times
          FROM latest
    )
    UPDATE inventory_learnedmatch known
       SET product_id = counted.product_id, pack_factor = counted.pack_factor, times = counted.times,
           last_at = counted.at, last_by = counted.by, upload_id = counted.upload_id
      FROM counted WHERE known.id = counted.match_id
"""


def learn(upload: InvoiceUpload, lines: Iterable[UploadLine], *, at: datetime, actor: Actor) -> int:
    """Remember what the lines of a confirmed invoice meant. Says how many numbers and names.

    What the invoice itself uses for two products, such as a name without a size, teaches nothing.
    """
    said: dict[tuple[LearnedBy, str], set[tuple[int, Decimal]]] = {}
    for line in lines:
        if line.product_id is not None:
            for key in keys_of(line):
                said.setdefault(key, set()).add((line.product_id, line.pack_factor))
    plain = {key: next(iter(meant)) for key, meant in said.items() if len(meant) == 1}
    if plain:
        _write(upload, plain, at=at, actor=actor)
    return len(plain)


def keys_of(line: UploadLine) -> list[tuple[LearnedBy, str]]:
    """By what a line is known again: its part number, its name."""
    keys = [
        (LearnedBy.PART, catalogue.part_key(line.part_number)),
        (LearnedBy.NAME, catalogue.name_key(line.name)),
    ]
    return [(by, key) for by, key in keys if key]


def _write(
    upload: InvoiceUpload,
    plain: dict[tuple[LearnedBy, str], tuple[int, Decimal]],
    *,
    at: datetime,
    actor: Actor,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            LEARN,
            {
                "supplier": upload.supplier_id,
                "upload": upload.pk,
                "at": at,
                "who": actor.label[:200],
                "by": [by.value for by, _key in plain],
                "keys": [key for _by, key in plain],
                "products": [product for product, _pack in plain.values()],
                "packs": [pack for _product, pack in plain.values()],
            },
        )


def unlearn(upload: InvoiceUpload) -> None:
    """What an undone invoice taught is forgotten: what was known before counts again, or what was since."""
    taught = Lesson.objects.filter(upload=upload)
    ids = [match.pk for match in lock_rows(LearnedMatch.objects.filter(pk__in=taught.values("match")))]
    taught.delete()
    LearnedMatch.objects.filter(pk__in=ids, lessons=None).delete()
    with connection.cursor() as cursor:
        cursor.execute(RECALL, {"ids": ids})


@transaction.atomic
def correct_learned(learned_id: int, *, product_id: int, pack_factor: Decimal, actor: Actor) -> LearnedMatch:
    """Let a number or a name mean another product, or another pack.

    Raises ProductUnfitError, NotFoundError, InvalidInputError.
    """
    learned = _locked(learned_id)
    product = Product.objects.filter(pk=product_id).first()
    why = unfit(product)
    if why or product is None:
        raise ProductUnfitError(why)
    if not is_pack(pack_factor):
        raise InvalidInputError(
            _("A pack holds a thousandth at least, and at most 100,000; nine places are kept."), code="pack"
        )
    before = audit.values_of(learned, *TRACED)
    learned.product, learned.pack_factor, learned.times = product, pack_factor, 1
    learned.last_at, learned.last_by, learned.upload = timezone.now(), actor.label[:200], None
    learned.save()
    learned.lessons.create(
        product=product, pack_factor=pack_factor, at=learned.last_at, by=learned.last_by, upload=None
    )
    audit.record(
        actor=actor,
        action="learned.corrected",
        subject=Subject.of(learned),
        before=before,
        after=audit.values_of(learned, *TRACED),
    )
    return learned


@transaction.atomic
def forget_learned(learned_id: int, *, actor: Actor) -> None:
    """Forget what a number or a name means; the next invoice is matched as if it were the first."""
    learned = _locked(learned_id)
    subject, before = Subject.of(learned), audit.values_of(learned, "supplier", "by", "key", *TRACED)
    learned.delete()
    audit.record(actor=actor, action="learned.forgotten", subject=subject, before=before)


def _locked(learned_id: int) -> LearnedMatch:
    learned = LearnedMatch.objects.select_for_update(of=("self",)).filter(pk=learned_id).first()
    if learned is None:
        raise NotFoundError(_("This is not remembered any more."))
    return learned
