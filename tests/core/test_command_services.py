from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.embedded import Services
from tests.core.embedded.asking import sql
from tests.core.embedded.conftest import own, postgres, valkey, var  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow


@pytest.fixture
def services(own: Services, settings) -> Services:  # noqa: F811
    settings.EMBEDDED = own
    return own


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("services", *arguments)
    return capsys.readouterr().out


def test_status_says_what_runs_and_where_and_starts_nothing(services, capsys):
    text = said(capsys, "status")
    assert f"PostgreSQL is stopped. Data: {services.postgres.data}." in text
    assert f"Valkey is stopped. Data: {services.valkey.data}." in text
    assert not services.postgres.data.exists()


def test_start_and_stop_do_and_say_so(services, capsys):
    started = said(capsys, "start")
    assert "PostgreSQL runs." in started
    assert "Valkey runs." in started
    stopped = said(capsys, "stop")
    assert "PostgreSQL is stopped." in stopped
    assert "Valkey is stopped." in stopped


def test_reset_asks_first_and_a_no_erases_nothing(services, capsys, monkeypatch):
    services.start()
    sql(services.postgres, "create table kept ()")
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    with pytest.raises(CommandError, match=r"Nothing was erased\."):
        call_command("services", "reset")
    assert sql(services.postgres, "select to_regclass('kept')::text") == [("kept",)]


def test_reset_erases_both_when_told_to(services, capsys):
    services.start()
    assert "Erased " in said(capsys, "reset", "--yes")
    assert not services.postgres.data.exists()
    assert not services.valkey.data.exists()


def test_dump_writes_a_file_that_pg_restore_can_read(services, capsys, tmp_path: Path):
    target = tmp_path / "larder.dump"
    assert f"Wrote {target}" in said(capsys, "dump", str(target))
    assert target.read_bytes().startswith(b"PGDMP")


def test_a_service_that_cannot_be_had_is_a_sentence(services, settings):
    services.postgres.data.mkdir(parents=True)
    (services.postgres.data / "letters.txt").write_text("dear")
    with pytest.raises(CommandError, match="LARDER_VAR chooses another folder"):
        call_command("services", "start")
