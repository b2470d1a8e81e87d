"""Images that ERPNext names: which are to be fetched, and what becomes of each (docs/adr/0720).

Whoever talks with ERPNext takes one up under a lease, and says what came of it. One that is killed leaves his
lease behind; when it is over, the same image is taken up again.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.catalog.models import Category, ErpPicture, Product
from apps.catalog.models.pictures import LONGEST_PATH, LONGEST_TROUBLE
from apps.catalog.states import PICTURE_MOVES, PictureState
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import IllegalMoveError, NotFoundError
from apps.core.locks import in_turn
from apps.media import services as media
from apps.media.models import Asset

LEASE: Final = timedelta(minutes=5)  # longer than one image takes, were each step to run into its bound
LOOKED_AGAIN: Final = timedelta(hours=1)  # an item is saved with each purchase, its image seldom changes
KEPT_UNUSED: Final = timedelta(days=7)  # apps show what they know a while longer
LET_GO_AT_ONCE: Final = 500
MOST_COUNTED: Final = 1000  # attempts; far beyond where it matters how many there were

IN_TURN: Final = "catalog.erppicture"
# What is new is to be fetched; what belongs to an item that was saved since is to be looked at again. What is
# asked of a row that is there is asked of it as it stands: whoever fetches writes it at the same time.
NOTE: Final = """
    WITH named AS MATERIALIZED (
        SELECT image_path AS path, max(erp_modified) AS modified, bool_or(gone_at IS NULL) AS is_present
          FROM (SELECT image_path, erp_modified, gone_at FROM catalog_product WHERE image_path <> ''
                 UNION ALL
                SELECT image_path, erp_modified, gone_at FROM catalog_category WHERE image_path <> '') records
         GROUP BY image_path
    ), fresh AS (
        INSERT INTO catalog_erppicture
               (path, state, trouble, attempts, due_at, seen_modified, etag, last_modified)
        SELECT path, %(waiting)s, '', 0, %(at)s, modified, '', '' FROM named
         WHERE is_present AND char_length(path) <= %(longest)s
           AND NOT EXISTS (SELECT 1 FROM catalog_erppicture known WHERE known.path = named.path)
            ON CONFLICT (path) DO NOTHING
    ), told AS (
        SELECT known.id, named.modified, named.path IS NULL AS is_unused
          FROM catalog_erppicture known LEFT JOIN named ON named.path = known.path
    )
    UPDATE catalog_erppicture known
       SET unused_since = CASE WHEN told.is_unused THEN coalesce(known.unused_since, %(at)s) END,
           seen_modified = CASE WHEN known.state = %(here)s AND known.due_at IS NULL
                                THEN coalesce(told.modified, known.seen_modified)
                                ELSE known.seen_modified END,
           due_at = CASE WHEN known.state = %(here)s AND known.due_at IS NULL
                          AND told.modified <> known.seen_modified
                         THEN greatest(%(at)s, known.looked_at + %(again)s) ELSE known.due_at END
      FROM told
     WHERE told.id = known.id
       AND (told.is_unused = (known.unused_since IS NULL)
            OR known.state = %(here)s AND known.due_at IS NULL AND told.modified <> known.seen_modified)
"""


def note_pictures(*, at: datetime) -> None:
    """Write down which images are named now: one statement, however many there are. Safe to repeat."""
    told: dict[str, Any] = {
        "at": at,
        "again": LOOKED_AGAIN,
        "longest": LONGEST_PATH,
        "waiting": PictureState.WAITING.value,
        "here": PictureState.HERE.value,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        in_turn(IN_TURN)
        cursor.execute(NOTE, told)


@transaction.atomic
def take_picture(*, at: datetime) -> ErpPicture | None:
    """Take up the image that is due for longest, for as long as the lease lasts."""
    picture = ErpPicture.objects.due(at).select_for_update(skip_locked=True).first()
    if picture is not None:
        picture.attempts = min(picture.attempts + 1, MOST_COUNTED)
        picture.due_at = at + LEASE
        picture.save(update_fields=["attempts", "due_at"])
    return picture


def keep_picture(
    taken: ErpPicture,
    content: bytes,
    *,
    name: str,
    etag: str,
    last_modified: str,
    at: datetime,
    actor: Actor,
) -> ErpPicture:
    """Put what ERPNext gave into the library: a picture of its own, or over the one that was there.

    Raises PictureRefusedError, StorageError, NotFoundError.
    """
    there: Asset | None = taken.asset
    arrival = media.opened(content, name=name, kind=there.is_of if there else None)
    with transaction.atomic():
        picture = _locked(taken.pk)
        if picture.asset_id != taken.asset_id:  # our lease was over, and somebody else was quicker
            return picture
        if there is None:
            picture.asset = media.take_given(arrival, text=_shown_by(picture), actor=actor)
        elif there.upload_sha256 != arrival.fingerprint:
            media.renew_given(there.pk, arrival, actor=actor)
        picture.etag, picture.last_modified = etag[:200], last_modified[:60]
        return _move(picture, PictureState.HERE, at=at)


def keep_unchanged(taken: ErpPicture, *, at: datetime) -> ErpPicture:
    """ERPNext says that it gave the same before. Raises NotFoundError."""
    with transaction.atomic():
        return _move(_locked(taken.pk), PictureState.HERE, at=at)


def fail_picture(taken: ErpPicture, why: str, *, at: datetime, again_at: datetime | None) -> ErpPicture:
    """It did not come; without ``again_at`` it is not asked for again while its address stays.

    Raises NotFoundError.
    """
    to = PictureState.FAILED if again_at else PictureState.REFUSED
    with transaction.atomic():
        return _move(_locked(taken.pk), to, trouble=why, at=at, due_at=again_at)


@transaction.atomic
def ask_for_picture(product_id: int, *, at: datetime, actor: Actor) -> ErpPicture:
    """Fetch a product's image anew, on a person's word. Raises NotFoundError."""
    product = Product.objects.filter(pk=product_id).first()
    path = product.image_path if product else ""
    picture: ErpPicture | None = ErpPicture.objects.select_for_update().filter(path=path).first()
    if product is None or picture is None:
        raise NotFoundError(_("ERPNext names no image for this product, or named it only a moment ago."))
    before = {"state": picture.state, "trouble": picture.trouble}
    picture.attempts, picture.etag, picture.last_modified = 0, "", ""
    _move(picture, PictureState.WAITING, at=at, due_at=at)
    audit.record(
        actor=actor,
        action="product.picture_asked",
        subject=Subject.of(product),
        before=before,
        after={"state": picture.state, "trouble": ""},
    )
    return picture


def let_pictures_go(*, at: datetime, actor: Actor) -> int:
    """Forget the images that nothing has named for a while, and their pictures. Says how many."""
    left = ErpPicture.objects.left(at - KEPT_UNUSED).order_by("id").values_list("pk", flat=True)
    return sum(_let_go(pk, before=at - KEPT_UNUSED, actor=actor) for pk in list(left[:LET_GO_AT_ONCE]))


@transaction.atomic
def _let_go(picture_id: int, *, before: datetime, actor: Actor) -> bool:
    left = ErpPicture.objects.left(before).select_for_update().filter(pk=picture_id).first()
    if left is None or _names_of(left):
        return False
    asset_id = left.asset_id
    left.delete()
    if asset_id is not None:
        media.release(asset_id, actor=actor)
    return True


def _move(
    picture: ErpPicture, to: PictureState, *, at: datetime, trouble: str = "", due_at: datetime | None = None
) -> ErpPicture:
    """The only place where the state of an image is written, of a row under its lock."""
    was = PictureState(picture.state)
    if to is not was and to not in PICTURE_MOVES[was]:
        raise IllegalMoveError(f"{was.label} → {to.label} is not a step an image takes.")
    picture.state, picture.trouble, picture.due_at = to, _kept(trouble), due_at
    if to != PictureState.WAITING:
        picture.looked_at = at
    if to == PictureState.HERE:
        picture.attempts = 0
    picture.save()
    return picture


def _locked(picture_id: int) -> ErpPicture:
    picture: ErpPicture | None = ErpPicture.objects.select_for_update().filter(pk=picture_id).first()
    if picture is None:
        raise NotFoundError(_("Nothing names this image any more."))
    return picture


def _shown_by(picture: ErpPicture) -> str:
    """What the first that it belongs to is called: the best that is known of what it shows."""
    return next(iter(_names_of(picture)), "") or ""


def _names_of(picture: ErpPicture) -> list[str | None]:
    """What names this image: the first of the products, else of the categories."""
    for model in (Product, Category):
        rows: Any = model.objects.filter(image_path=picture.path).order_by("pk")
        if names := list(rows.values_list("name_en", flat=True)[:1]):
            return names
    return []


def _kept(said: str) -> str:
    """A sentence, as the column takes it: what ERPNext said in it may hold what PostgreSQL does not."""
    plain = said.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return plain[:LONGEST_TROUBLE]
