"""The verbs of the library: files and rows stay together, whatever is refused, replaced or deleted."""

import os
import threading
import unicodedata
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.core import options
from apps.core.actors import SYSTEM, Actor
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from apps.core.pictures import PictureRefusedError
from apps.media import files, services, tasks, usage
from apps.media.errors import DuplicateError, InUseError, ReplacedMeanwhileError, StorageError
from apps.media.models import Asset, Rendition
from apps.media.naming import FILE, LONGEST, UNSEEN, kind_of, original_name
from apps.media.services.tidying import Tidied
from apps.media.states import AssetState
from tests import pictures
from tests.factories.media import make_asset, upload

ADA = Actor("staff", "1", "Ada Boss")
pytestmark = pytest.mark.django_db


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def names_of(asset: Asset) -> set[str]:
    return {asset.file, *asset.renditions.values_list("name", flat=True)}


def acts() -> list[str]:
    told = AuditEntry.objects.filter(action__startswith="media.").order_by("id")
    return list(told.values_list("action", flat=True))


# --- Arriving --------------------------------------------------------------------------------------------


def test_a_picture_comes_in_with_all_its_sizes(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500), name="Oat milk.jpg", actor=ADA)
    asset.refresh_from_db()
    assert (asset.kind, asset.width, asset.height, asset.state) == ("jpeg", 1000, 500, AssetState.READY)
    assert (asset.original_name, asset.uploaded_by) == ("Oat milk.jpg", "Ada Boss")
    assert [(copy.side, copy.kind) for copy in asset.renditions.order_by("-side", "kind")] == [
        (960, "jpeg"),
        (960, "webp"),
        (480, "jpeg"),
        (480, "webp"),
        (160, "jpeg"),
        (160, "webp"),
        (0, "webp"),
    ]
    assert names_in(folder) == names_of(asset)
    for copy in asset.renditions.all():
        content = (folder / copy.name).read_bytes()
        assert (Image.open(BytesIO(content)).size, len(content)) == ((copy.width, copy.height), copy.size)
    assert acts() == ["media.uploaded"]


def test_a_files_name_is_random_and_says_nothing() -> None:
    one, other = upload(name="secret plan.jpg"), upload(pictures.png(), name="secret plan.jpg")
    assert one.token != other.token
    assert FILE.fullmatch(one.file)
    assert len(bytes.fromhex(one.token)) * 8 == 128
    assert "secret" not in one.url


def test_its_end_is_that_of_its_true_type_whatever_it_was_called() -> None:
    assert upload(pictures.png(), name="photo.jpg").file.endswith(".png")


def test_what_is_refused_leaves_neither_row_nor_file_nor_trace(folder: Path) -> None:
    with pytest.raises(PictureRefusedError):
        upload(b"<svg/>", name="logo.png")
    assert (Asset.objects.count(), names_in(folder), acts()) == (0, set(), [])


def test_the_same_file_twice_is_told_where_it_is_unless_it_is_wanted_twice() -> None:
    first = upload(name="milk.jpg")
    with pytest.raises(DuplicateError) as why:
        upload(name="other.jpg")
    assert str(why.value) == "The same file is in the library already, as “milk.jpg”."
    assert why.value.location == first.get_absolute_url()
    assert Asset.objects.count() == 1
    assert upload(name="other.jpg", is_wanted_twice=True).token != first.token


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_at_once_one_is_told_and_nothing_of_his_stays(folder: Path) -> None:
    for round_ in range(4):
        content = pictures.jpeg(60 + round_, 40)
        outcomes: list[str] = []
        gate = threading.Barrier(3)

        def send(
            name: str, sent: bytes = content, told: list[str] = outcomes, barrier: threading.Barrier = gate
        ) -> None:
            barrier.wait()
            try:
                told.append(upload(sent, name=name).original_name)
            except DuplicateError as why:
                told.append(f"told of {why.twin.original_name}")
            finally:
                connection.close()

        all_three = [threading.Thread(target=send, args=(f"{n}.jpg",)) for n in range(3)]
        [thread.start() for thread in all_three]
        [thread.join() for thread in all_three]
        winner = next(said for said in outcomes if not said.startswith("told"))
        assert sorted(outcomes) == sorted([winner, f"told of {winner}", f"told of {winner}"])
    assert Asset.objects.count() == 4
    assert {name for name in names_in(folder) if "-" not in name and name.endswith("jpg")} == {
        asset.file for asset in Asset.objects.all()
    }


def test_a_full_disk_says_so_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("apps.media.disk.os.fsync", full)
    with pytest.raises(StorageError, match=r"nothing was changed: No space left on device\."):
        upload()
    assert (Asset.objects.count(), names_in(folder), acts()) == (0, set(), [])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("milk.jpg", "milk.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ada\\milk.jpg", "milk.jpg"),
        ("mi\x00lk\n.jpg", "milk.jpg"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("🥛 milk.jpg", "🥛 milk.jpg"),
        ("e\u0301clair.jpg", "\u00e9clair.jpg"),
        ("   ", "picture"),
        ("/", "picture"),
        ("x" * 300 + ".jpg", "x" * 195 + "….jpg"),
    ],
)
def test_a_name_is_kept_without_what_hides_or_leads_elsewhere(sent: str, kept: str) -> None:
    assert original_name(sent) == kept


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_whatever_a_file_is_called_there_is_a_name_to_show(sent: str) -> None:
    kept = original_name(sent)
    assert 0 < len(kept) <= LONGEST
    assert not {unicodedata.category(sign) for sign in kept} & UNSEEN
    assert not set("/\\\x00\n") & set(kept)


# --- Replacing -------------------------------------------------------------------------------------------


def test_a_replacement_stands_under_the_same_addresses(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500))
    before = {name: (folder / name).read_bytes() for name in names_of(asset)}
    with at_once():
        services.replace(
            asset.pk, BytesIO(pictures.png(500, 900)), name="new.png", seen_version=1, actor=ADA
        )
    asset.refresh_from_db()
    assert (asset.kind, asset.width, asset.height, asset.version) == ("jpeg", 500, 900, 2)
    assert asset.state == AssetState.READY
    assert names_in(folder) == names_of(asset) == set(before)
    assert all((folder / name).read_bytes() != content for name, content in before.items())
    assert all(Image.open(folder / name).format == ("WEBP" if "webp" in name else "JPEG") for name in before)
    assert acts() == ["media.uploaded", "media.replaced"]
    changed = AuditEntry.objects.get(action="media.replaced")
    assert (changed.before["original_name"], changed.after["original_name"]) == ("milk.jpg", "new.png")


def test_a_smaller_replacement_keeps_every_address_that_was_given_out(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500))
    before = names_of(asset)
    with at_once():
        services.replace(asset.pk, BytesIO(pictures.jpeg(100, 50)), name="s.jpg", seen_version=1, actor=ADA)
    asset.refresh_from_db()
    assert names_of(asset) == names_in(folder) == before
    assert set(asset.renditions.values_list("width", flat=True)) == {100}


def test_who_did_not_see_the_last_replacement_is_told(folder: Path) -> None:
    asset = upload()
    services.replace(asset.pk, BytesIO(pictures.jpeg(50, 50)), name="b.jpg", seen_version=1, actor=ADA)
    kept = (folder / asset.file).read_bytes()
    with pytest.raises(ReplacedMeanwhileError):
        services.replace(asset.pk, BytesIO(pictures.jpeg(70, 70)), name="c.jpg", seen_version=1, actor=ADA)
    asset.refresh_from_db()
    assert (asset.version, asset.width, (folder / asset.file).read_bytes()) == (2, 50, kept)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_at_once_one_is_told(folder: Path) -> None:
    asset = upload()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def act(side: int) -> None:
        gate.wait()
        try:
            content = BytesIO(pictures.jpeg(side, side))
            services.replace(asset.pk, content, name=f"{side}.jpg", seen_version=1, actor=ADA)
            outcomes.append("done")
        except ReplacedMeanwhileError:
            outcomes.append("told")
        finally:
            connection.close()

    both = [threading.Thread(target=act, args=(side,)) for side in (50, 70)]
    [thread.start() for thread in both]
    [thread.join() for thread in both]
    asset.refresh_from_db()
    assert sorted(outcomes) == ["done", "told"]
    assert Image.open(folder / asset.file).size == (asset.width, asset.height)
    assert asset.original_name == f"{asset.width}.jpg"


def test_sizes_of_a_version_that_was_replaced_are_not_made(folder: Path) -> None:
    asset = upload()
    services.replace(asset.pk, BytesIO(pictures.jpeg(200, 50)), name="b.jpg", seen_version=1, actor=ADA)
    services.make_copies(asset.pk, version=1, actor=SYSTEM)
    assert Rendition.objects.count() == 0
    services.make_copies(asset.pk, version=2, actor=SYSTEM)
    services.make_copies(asset.pk, version=2, actor=SYSTEM)
    assert Rendition.objects.count() == 3


def test_until_its_sizes_are_there_every_size_is_the_picture_itself(at_once: Any) -> None:
    asset = upload(pictures.jpeg(1000, 500))
    assert asset.url_of(480) == asset.url
    tasks.make_copies(asset.pk, 1)
    asset.refresh_from_db()
    assert asset.url_of(480) == f"/media/{asset.token}-480.webp"
    assert asset.url_of(1920) == asset.url


# --- Describing ------------------------------------------------------------------------------------------


def test_texts_and_tags_are_cleaned_kept_and_found() -> None:
    asset = upload()
    texts = {"en": "  A glass\nof milk ", "ar": "كوب حليب", "tr": ""}
    services.describe(asset.pk, alt=texts, tags=[" Dairy", "dairy", "BREAKFAST "], actor=ADA)
    asset.refresh_from_db()
    assert (asset.alt, asset.tags) == ({"en": "A glass of milk", "ar": "كوب حليب"}, ["breakfast", "dairy"])
    for typed in ("gla", "حليب", "break", "milk.jpg", "dairy glass"):
        assert list(Asset.objects.matching(typed)) == [asset], typed
    assert list(Asset.objects.matching("cream")) == []
    assert list(Asset.objects.tagged("dairy")) == [asset]
    assert Asset.objects.all_tags() == ["breakfast", "dairy"]
    assert acts() == ["media.uploaded", "media.described"]


def test_a_text_is_read_in_ones_own_language_else_in_english() -> None:
    asset = make_asset(alt={"en": "Milk", "ar": "حليب"})
    with translation.override("ar"):
        assert asset.alt_text == "حليب"
    with translation.override("fr"):
        assert asset.alt_text == "Milk"


def test_saving_what_is_so_already_leaves_no_trace() -> None:
    asset = upload()
    services.describe(asset.pk, alt={}, tags=[], actor=ADA)
    assert acts() == ["media.uploaded"]


@pytest.mark.parametrize(
    ("alt", "tags", "field", "sentence"),
    [
        ({"en": "x" * 301}, [], "alt_en", "At most 300 characters."),
        ({"xx": "y"}, [], "alt_xx", "Unknown language."),
        ({}, ["y" * 41], "tags", "The tag “yyyyyyyyyyyyyyyyyyyy…” has more than 40 characters."),
        ({}, [str(n) for n in range(21)], "tags", "At most 20 tags to a picture."),
    ],
)
def test_what_is_too_much_is_said_at_its_field(alt: Any, tags: Any, field: str, sentence: str) -> None:
    asset = upload()
    with pytest.raises(InvalidInputError) as why:
        services.describe(asset.pk, alt=alt, tags=tags, actor=ADA)
    assert [(error.field, error.message) for error in why.value.errors] == [(field, sentence)]
    asset.refresh_from_db()
    assert (asset.alt, asset.tags, acts()) == ({}, [], ["media.uploaded"])


# --- Leaving ---------------------------------------------------------------------------------------------


def test_a_picture_goes_with_all_its_files_once_its_row_has_gone(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500))
    with at_once():
        services.delete(asset.pk, actor=ADA)
        assert names_in(folder)  # nothing is taken before the transaction has held
    assert (Asset.objects.count(), Rendition.objects.count(), names_in(folder)) == (0, 0, set())
    assert acts() == ["media.uploaded", "media.deleted"]
    with pytest.raises(NotFoundError):
        services.delete(asset.pk, actor=ADA)


def test_the_shops_logo_cannot_go(folder: Path) -> None:
    asset = upload()
    options.save({"shop.logo": asset.token}, actor=ADA)
    with pytest.raises(InUseError) as why:
        services.delete(asset.pk, actor=ADA)
    assert str(why.value) == "It is shown by: Settings: Logo. Choose another picture there first."
    assert (Asset.objects.get(), names_in(folder)) == (asset, {asset.file})
    assert "media.deleted" not in acts()
    options.save({"shop.logo": None}, actor=ADA)
    services.delete(asset.pk, actor=ADA)


def test_a_logo_that_is_gone_or_never_was_is_refused() -> None:
    for token in ("0" * 32, "javascript:alert(1)"):
        with pytest.raises(InvalidInputError):
            options.save({"shop.logo": token}, actor=ADA)
    assert options.shop.logo is None


def test_what_nothing_shows_is_unused() -> None:
    used, unused = upload(), upload(pictures.png())
    options.save({"shop.logo": used.token}, actor=ADA)
    assert list(Asset.objects.unused()) == [unused]
    assert [use.title for use in usage.uses_of([used.pk, unused.pk])[used.pk]] == ["Settings: Logo"]
    assert usage.uses_of([unused.pk]) == {unused.pk: []}


@pytest.mark.django_db(transaction=True)
def test_who_makes_a_picture_the_logo_while_another_deletes_it_never_leaves_a_gap() -> None:
    for _round in range(4):
        asset = upload(is_wanted_twice=True)
        options.save({"shop.logo": None}, actor=ADA)
        gate = threading.Barrier(2)

        def run(act: Any, barrier: threading.Barrier = gate) -> None:
            barrier.wait()
            try:
                act()
            except (InUseError, InvalidInputError):
                pass
            finally:
                connection.close()

        acts = (
            lambda pk=asset.pk: services.delete(pk, actor=ADA),
            lambda token=asset.token: options.save({"shop.logo": token}, actor=ADA),
        )
        both = [threading.Thread(target=run, args=(act,)) for act in acts]
        [thread.start() for thread in both]
        [thread.join() for thread in both]
        options.forget()
        kept = options.shop.logo
        assert (kept is None) != Asset.objects.filter(token=asset.token).exists()


# --- After a crash ---------------------------------------------------------------------------------------


def age(path: Path, days: float) -> None:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_files_without_a_picture_go_when_they_are_old_and_no_others_do(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500))
    kept = names_in(folder)
    strange = {"notes.txt", ".gitkeep"}
    young, old, half = "a" * 32 + ".jpg", "b" * 32 + "-480.webp", ".part-x1"
    for name in (*strange, young, old, half):
        (folder / name).write_bytes(b"x")
    for name in names_in(folder) - {young}:
        age(folder / name, 2)
    assert services.tidy(at=timezone.now(), actor=SYSTEM) == Tidied(removed=2, amiss=0)
    assert names_in(folder) == kept | strange | {young}
    asset.refresh_from_db()
    assert asset.state == AssetState.READY


def test_a_replacement_whose_transaction_failed_is_put_right(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(1000, 500))
    files.put(asset.file, pictures.jpeg(300, 200), kind=asset.is_of)  # the crash came between file and row
    with at_once():
        assert services.tidy(at=timezone.now(), actor=SYSTEM).amiss == 1
    asset.refresh_from_db()
    assert (asset.width, asset.height, asset.state) == (300, 200, AssetState.READY)
    assert asset.size == (folder / asset.file).stat().st_size
    assert services.tidy(at=timezone.now(), actor=SYSTEM).amiss == 0


def test_a_picture_whose_file_is_gone_says_so_until_it_is_replaced(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload()
    (folder / asset.file).unlink()
    for _night in range(2):
        with at_once():
            assert services.tidy(at=timezone.now(), actor=SYSTEM).amiss == 1
    asset.refresh_from_db()
    assert (asset.state, asset.trouble) == (
        AssetState.FAILED,
        "Its file is gone from the storage. Put it back under Replace.",
    )
    with at_once():
        services.replace(asset.pk, BytesIO(pictures.jpeg()), name="m.jpg", seen_version=1, actor=ADA)
    asset.refresh_from_db()
    assert (asset.state, asset.trouble) == (AssetState.READY, "")


def test_a_file_that_was_put_back_is_found_in_the_night(folder: Path, at_once: Any) -> None:
    with at_once():
        asset = upload()
    kept = (folder / asset.file).read_bytes()
    (folder / asset.file).unlink()
    with at_once():
        services.tidy(at=timezone.now(), actor=SYSTEM)
    (folder / asset.file).write_bytes(kept)
    with at_once():
        services.tidy(at=timezone.now(), actor=SYSTEM)
    asset.refresh_from_db()
    assert (asset.state, asset.trouble) == (AssetState.READY, "")


def test_a_lost_message_costs_minutes(at_once: Any) -> None:
    asset = upload()
    now = timezone.now()
    assert services.ask_again(at=now + timedelta(minutes=9), actor=SYSTEM) == 0
    with at_once():
        assert services.ask_again(at=now + timedelta(minutes=11), actor=SYSTEM) == 1
    asset.refresh_from_db()
    assert asset.state == AssetState.READY


def test_a_reader_sees_the_old_file_or_the_new_one_never_half(folder: Path) -> None:
    name = "c" * 32 + ".png"
    contents = {bytes([n]) * 2_000_000 for n in range(2)}
    for content in contents:
        files.put(name, content, kind=kind_of(name))  # type: ignore[arg-type]
    seen, stop = set(), threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add((folder / name).read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for _time in range(5):
        for content in contents:
            files.put(name, content, kind=kind_of(name))  # type: ignore[arg-type]
    stop.set()
    reader.join()
    assert seen <= contents
    assert storages["media"].exists(name)
