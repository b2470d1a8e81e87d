"""Each test of the library begins with an empty folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.media import empty_folder


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    """Where this worker's pictures lie."""
    with empty_folder() as place:
        yield place


@pytest.fixture
def at_once(django_capture_on_commit_callbacks: object) -> object:
    """What a transaction does at its end, done within the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)  # type: ignore[operator]
