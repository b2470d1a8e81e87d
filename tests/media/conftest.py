"""Each test of the library begins with an empty folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    """Where this worker's pictures lie."""
    place = Path(settings.MEDIA_ROOT)
    shutil.rmtree(place, ignore_errors=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def at_once(django_capture_on_commit_callbacks: object) -> object:
    """What a transaction does at its end, done within the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)  # type: ignore[operator]
