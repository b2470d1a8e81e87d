"""manage.py invoices: exit codes, what it says, and what it keeps."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core.actors import COMMAND
from apps.core.errors import AlreadyRunningError
from apps.inventory import services
from apps.inventory.models import InvoiceUpload, LocalBatch
from apps.inventory.states import UploadState
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.factories.inventory import make_supplier
from tests.factories.invoices import ADMIN, HEADER, confirmed, make_bought, matched, row

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    said = StringIO()
    try:
        call_command("invoices", *arguments, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


def written(folder: Path, *rows: str) -> str:
    path = folder / "invoice.csv"
    path.write_text("\n".join((HEADER, *rows)))
    return str(path)


def taken(path: str, *more: str) -> tuple[int, str]:
    return run("import", path, "--supplier", "Acme Foods", "--number", "INV-7", "--date", "2026-11-20", *more)


@pytest.fixture
def supplier() -> Any:
    return make_supplier("Acme Foods")


def test_what_is_certain_is_confirmed(supplier: Any, tmp_path: Path) -> None:
    confirmed(supplier, row("Cheddar", part="CH-1"), to=(make_bought("CHEESE"),))
    code, said = taken(written(tmp_path, row("Cheddar", part="CH-1")))
    upload = InvoiceUpload.objects.latest("pk")
    assert (code, upload.state) == (0, UploadState.CONFIRMED)
    assert said == f"Invoice INV-7 of Acme Foods (#{upload.pk}) is confirmed: 1 batches Acme-002-L….\n"


def test_what_is_not_certain_is_kept_for_a_person(supplier: Any, tmp_path: Path) -> None:
    code, said = taken(written(tmp_path, row("Nobody knows this")))
    upload = InvoiceUpload.objects.get()
    assert (code, upload.state) == (3, UploadState.MATCHED)
    assert said.splitlines() == [
        f"Invoice INV-7 of Acme Foods (#{upload.pk}) is kept, not confirmed: 1 line is not certain.",
        "  row 2  Nobody knows this  → nothing like it",
        "Go on with it in the admin.",
    ]


def test_of_bad_rows_nothing_is_kept_and_each_is_named(supplier: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        taken(written(tmp_path, row("Cheddar", quantity="lots"), row("Brie", buy="-")))
    said = str(refused.value).splitlines()
    assert said[0].startswith("2 rows of the file cannot be taken; nothing was written.")
    assert [line.strip().split(":")[0] for line in said[1:]] == ["rows[2].D", "rows[3].B"]
    assert InvoiceUpload.objects.get().state == UploadState.DISCARDED
    assert not InvoiceUpload.objects.counting().exists()


def test_a_dry_run_keeps_nothing(supplier: Any, tmp_path: Path) -> None:
    make_bought("CHEESE", name_en="Mature Cheddar 350g")
    code, said = taken(written(tmp_path, row("Mature Cheddar 350g"), row("Unknown thing")), "--dry-run")
    assert code == 3
    assert said.splitlines()[-1] == "2 lines, 1 of them not certain. Nothing was kept."
    assert "CHEESE × 1" in said
    assert not InvoiceUpload.objects.exists()


def test_a_second_time_needs_a_reason(supplier: Any, tmp_path: Path) -> None:
    path = written(tmp_path, row("Cheddar"))
    taken(path)
    with pytest.raises(CommandError, match=r"^Invoice INV-7 of Acme Foods came on"):
        taken(path)
    assert taken(path, "--reason", "the second half")[0] == 3


def test_a_supplier_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no supplier called “Acme Foods”"):
        taken(written(tmp_path, row("Cheddar")))


def test_a_file_that_is_not_there(supplier: Any) -> None:
    with pytest.raises(CommandError, match="No such file"):
        taken("/nowhere/invoice.csv")


def test_the_list_and_the_undo(supplier: Any) -> None:
    assert run("list") == (0, "No supplier invoices.\n")
    upload = confirmed(supplier, row("Cheddar"), number="INV-1")
    matched(supplier, row("Brie"), number="INV-2")
    lines = run("list")[1].splitlines()
    assert [line.split()[0] for line in lines] == [str(upload.pk + 1), str(upload.pk)]
    assert run("list", "--state", "confirmed")[1].split()[-1] == "INV-1"
    assert run("undo", str(upload.pk), "--reason", "twice") == (
        0,
        f"Invoice INV-1 of Acme Foods (#{upload.pk}) is undone.\n",
    )
    assert not LocalBatch.objects.standing().exists()
    with pytest.raises(CommandError, match="is to be confirmed"):
        run("undo", str(upload.pk + 1), "--reason", "twice")


def test_what_was_confirmed_while_nothing_was_pushed_is_listed_and_sent_once(supplier: Any) -> None:
    first, second = confirmed(supplier, row("Cheddar")), confirmed(supplier, row("Brie"))
    matched(supplier, row("Feta"))
    gate.set_controls({("batches", Direction.PUSH): True}, actor=COMMAND)
    told = confirmed(supplier, row("Gouda"))
    assert listed("--untold") == [second.pk, first.pk]
    assert run("send", str(first.pk)) == (0, f"#{first.pk}: 2 messages go to ERPNext.\n")
    assert listed("--untold") == [second.pk]
    ids = [str(one.pk) for one in (first, second, told)]
    assert run("send", *ids) == (1, f"#{second.pk}: 2 messages go to ERPNext.\n")
    assert listed("--untold") == []


def listed(*how: str) -> list[int]:
    lines = run("list", *how)[1].splitlines()
    return [int(line.split()[0]) for line in lines if line.split()[0].isdigit()]


def test_undo_says_what_blocks(supplier: Any) -> None:
    upload = confirmed(supplier, row("Cheddar"))
    upload.batches.update(state="joined")
    with pytest.raises(CommandError, match=r"ERPNext has batch Acme-001-L0\."):
        run("undo", str(upload.pk), "--reason", "twice")
    assert services.blockers(upload)
    assert ADMIN.kind == "staff"


def test_a_worker_who_matches_already_is_waited_for(
    supplier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, match = [True, True], services.match_upload

    def taken_up(upload_id: int, **given: Any) -> int:
        if busy:
            busy.pop()
            raise AlreadyRunningError("a worker is at it")
        return match(upload_id, **given)

    monkeypatch.setattr(services, "match_upload", taken_up)
    assert taken(written(tmp_path, row("Cheddar")))[0] == 3
    assert (busy, InvoiceUpload.objects.get().state) == ([], UploadState.MATCHED)


def test_of_a_supplier_who_is_switched_off_nothing_is_taken(tmp_path: Path) -> None:
    make_supplier("Acme Foods", is_active=False)
    path = written(tmp_path, row("Milk"))
    for more in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="switched off in ERPNext"):
            taken(path, *more)
    assert not InvoiceUpload.objects.exists()
