"""The library in an S3-compatible store: the same promises over real HTTP, and addresses that lead there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import override_settings
from django.utils import timezone

from apps.core.actors import SYSTEM, Actor
from apps.core.pictures import prepare
from apps.media import files, services
from apps.media.errors import StorageError
from apps.media.models import Asset
from apps.media.services.tidying import Tidied
from apps.media.serving import MediaServing
from apps.media.states import AssetState
from config.environment import MisconfiguredError
from config.shelf import shelf_at
from tests import pictures
from tests.factories.media import upload
from tests.media.s3 import Store, object_store

ADA = Actor("staff", "1", "Ada Boss")
pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Iterator[Store]:
    with object_store() as kept:
        url = f"s3://KEY:SE%2FCRET@pictures/shop?region=eu-west-2&endpoint={kept.url}&public={kept.url}/pictures"
        shelf = shelf_at(url)
        with override_settings(STORAGES=settings.STORAGES | {"media": shelf.storage}):
            yield kept


def test_a_picture_and_its_sizes_are_put_there_with_their_types(store: Store, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(300, 200))
    asset.refresh_from_db()
    assert asset.state == AssetState.READY
    names = {asset.file, *asset.renditions.values_list("name", flat=True)}
    assert set(store.objects) == {f"pictures/shop/{name}" for name in names}
    for key, (content, told) in store.objects.items():
        kind = prepare(content).master.kind
        assert (told["Content-Type"], key.endswith(kind.extension)) == (kind.media_type, True)
        assert told["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert store.unsigned == 0


def test_its_address_is_the_stores_and_everybody_reads_it_there(store: Store) -> None:
    asset = upload()
    assert asset.url == f"{store.url}/pictures/shop/{asset.file}"
    with urlopen(asset.url) as answer:  # noqa: S310 - the store of this test
        assert answer.read() == store.objects[f"pictures/shop/{asset.file}"][0]


def test_a_replacement_and_a_deletion_reach_the_store(store: Store, at_once: Any) -> None:
    with at_once():
        asset = upload(pictures.jpeg(300, 200))
    before = dict(store.objects)
    with at_once():
        services.replace(asset.pk, BytesIO(pictures.png(400, 90)), name="n.png", seen_version=1, actor=ADA)
    assert set(store.objects) == set(before)
    assert all(store.objects[key][0] != before[key][0] for key in before)
    with at_once():
        services.delete(asset.pk, actor=ADA)
    assert store.objects == {}


def test_a_store_that_is_unwell_is_said_and_nothing_is_changed(store: Store) -> None:
    asset = upload()
    store.broken = 503
    with pytest.raises(StorageError, match="could not be stored, and nothing was changed"):
        upload(pictures.png())
    with pytest.raises(StorageError):
        services.replace(asset.pk, BytesIO(pictures.png()), name="n.png", seen_version=1, actor=ADA)
    asset.refresh_from_db()
    assert (Asset.objects.count(), asset.version) == (1, 1)


def test_a_file_that_is_gone_from_the_store_is_noticed(store: Store) -> None:
    asset = upload()
    store.objects.clear()
    assert [ask(asset.file) for ask in (files.read, files.size_of, files.written_at)] == [None] * 3
    services.make_copies(asset.pk, version=1, actor=SYSTEM)
    asset.refresh_from_db()
    assert asset.state == AssetState.FAILED


def test_the_nightly_look_finds_what_belongs_to_nothing(store: Store) -> None:
    asset = upload()
    services.make_copies(asset.pk, version=1, actor=SYSTEM)
    for key in (f"{'a' * 32}.jpg", "notes.txt"):
        store.objects[f"pictures/shop/{key}"] = (b"x", {"Last-Modified": "Tue, 01 Dec 2020 09:00:00 GMT"})
    found = services.tidy(at=timezone.now() + timedelta(hours=1), actor=SYSTEM)
    assert found == Tidied(removed=1, amiss=0)
    assert f"pictures/shop/{'a' * 32}.jpg" not in store.objects
    assert "pictures/shop/notes.txt" in store.objects


def test_the_address_of_a_store_is_read_and_what_is_wrong_with_it_is_said() -> None:
    shelf = shelf_at("s3://KEY:SE%2FCRET@pictures/shop?region=eu-west-2&public=https://p.example.com/x")
    assert shelf.origin == "https://p.example.com"
    assert shelf.storage["OPTIONS"] == {
        "bucket_name": "pictures",
        "location": "shop",
        "access_key": "KEY",
        "secret_key": "SE/CRET",
        "endpoint_url": None,
        "region_name": "eu-west-2",
        "custom_domain": "p.example.com/x",
        "url_protocol": "https:",
    }
    for wrong in ("s3://", "s3://pictures", "s3://pictures?public=ftp://x", "s3://p?public=https://x&colour=red"):
        with pytest.raises(MisconfiguredError, match="MEDIA_STORAGE_URL"):
            shelf_at(wrong)
    assert shelf_at(None).origin == ""


def test_the_settings_of_a_store_let_browsers_show_its_pictures() -> None:
    """As a process of its own reads them from its environment."""
    told = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'][-1], s.MEDIA_SERVED_HERE,"
        " s.STORAGES['media']['BACKEND'])"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "MEDIA_STORAGE_URL": "s3://pictures?public=https://p.example.com/x",
    }
    done = subprocess.run(
        [sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["https://p.example.com", "False", "apps.media.object_store.PictureStore"]


def test_where_a_store_serves_larder_does_not() -> None:
    with override_settings(MEDIA_SERVED_HERE=False), pytest.raises(MiddlewareNotUsed):
        MediaServing(lambda request: HttpResponse())
