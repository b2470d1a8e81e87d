"""One refusal, three translations."""

import os
import subprocess
import sys

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.management import CommandError, call_command

from apps.core.admin.refusals import said
from apps.core.commands import LarderCommand
from apps.core.errors import DomainError, FieldError, InvalidInputError
from config.environment import BASE_DIR


class Refusing(LarderCommand):
    def handle(self, *args, **options):
        errors = [FieldError(field="lines.2", code="invalid", message="“1O” is not a number.")]
        raise InvalidInputError("The file was not read.", errors=errors)


class Failing(LarderCommand):
    def handle(self, *args, **options):
        raise ZeroDivisionError


def test_a_command_ends_with_the_sentence():
    with pytest.raises(CommandError, match=r"not read\.\n  lines\.2: “1O” is not a number\.") as end:
        call_command(Refusing())
    assert end.value.returncode == 1


def test_a_command_hides_no_mistake_of_ours():
    with pytest.raises(ZeroDivisionError):
        call_command(Failing())


TALKING = """
import django; django.setup()
from django.core.management import call_command
from apps.core.commands import LarderCommand
class Talking(LarderCommand):
    def handle(self, *args, **options):
        for _ in range(100_000):
            self.stdout.write("a line")
call_command(Talking())
"""


def test_a_command_whose_output_nobody_reads_on_ends_quietly():
    talking = subprocess.Popen(
        [sys.executable, "-c", TALKING],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DJANGO_ENV": "test"},
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert talking.stdout.readline() == "a line\n"
    talking.stdout.close()
    assert talking.stderr.read() == ""
    assert talking.wait(30) == 141


def test_another_broken_pipe_is_a_mistake_of_ours():
    class Broken(LarderCommand):
        def handle(self, *args, **options):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        call_command(Broken())


@pytest.fixture
def request_(rf):
    request = rf.get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_the_admin_says_it_and_goes_on(request_):
    for number in ("1", "2"):
        with said(request_, about=f"#{number}"):
            raise DomainError("This is packed already.")
    assert [str(message) for message in get_messages(request_)] == [
        "#1: This is packed already.",
        "#2: This is packed already.",
    ]


def test_the_admin_hides_no_mistake_of_ours(request_):
    with pytest.raises(ZeroDivisionError), said(request_):
        raise ZeroDivisionError
    assert list(get_messages(request_)) == []
