"""How the admin says what was refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from apps.core.errors import DomainError


@contextmanager
def said(request: HttpRequest, *, about: str = "", level: int = messages.WARNING) -> Iterator[None]:
    """Run a verb; what it refuses becomes a message to the person, after the name of what it is ``about``.

    Around one verb, outside any transaction, so that the refusal has rolled back what the verb began.
    """
    try:
        yield
    except DomainError as why:
        details = [f"{error.field}: {error.message}" for error in why.errors]
        sentence = " ".join([str(why), *details])
        messages.add_message(request, level, f"{about}: {sentence}" if about else sentence)
