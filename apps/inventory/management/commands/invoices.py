"""manage.py invoices: suppliers' invoices without the pages, as for a nightly drop folder."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from apps.core.actors import COMMAND
from apps.core.clock import day_named, shop_day
from apps.core.commands import LarderCommand
from apps.core.errors import AlreadyRunningError, DomainError
from apps.inventory import services
from apps.inventory.models import InvoiceUpload, Supplier, UploadLine
from apps.inventory.services.invoices.rehearsing import Rehearsal
from apps.inventory.states import Certainty, Decision, UploadState

EXIT_UNDECIDED: Final = 3  # the upload is kept; a person has to look at some of its lines
LISTED: Final = 50
SHOWN: Final = 40  # characters of a name
PATIENCE: Final = 300  # seconds for a worker who matches already
A_MOMENT: Final = 0.2


class Command(LarderCommand):
    help = "Take suppliers' invoices from files, list them, tell ERPNext of them, undo one."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        imported = commands.add_parser(
            "import", help="take a file; it is confirmed when every line is certain (else exit code 3)"
        )
        imported.add_argument("file", type=Path)
        imported.add_argument("--supplier", required=True, help="name in ERPNext, display name, or prefix")
        imported.add_argument("--number", required=True, help="the invoice's number")
        imported.add_argument("--date", type=_day, help="the invoice's date, as 2026-11-23 (default: today)")
        imported.add_argument("--reason", default="", help="why a number is taken a second time")
        imported.add_argument(
            "--dry-run", action="store_true", help="say what would come of it; keep nothing"
        )
        listed = commands.add_parser("list", help="what was uploaded, the latest first")
        listed.add_argument("--supplier", help="of one supplier")
        listed.add_argument("--state", choices=UploadState.values, help="in one state")
        listed.add_argument("--untold", action="store_true", help="of which ERPNext was never told")
        send = commands.add_parser(
            "send", help="tell ERPNext what was confirmed while pushing was off; never twice"
        )
        send.add_argument("id", type=int, nargs="+", help="as list shows them")
        undo = commands.add_parser("undo", help="take back all that a confirmed invoice made")
        undo.add_argument("id", type=int, help="as list shows it")
        undo.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], int]] = {
            "import": self._import,
            "list": self._list,
            "send": self._send,
            "undo": self._undo,
        }
        if code := verbs[options["command"]](options):
            sys.exit(code)

    # --- import ---------------------------------------------------------------------------------------------
    def _import(self, options: dict[str, Any]) -> int:
        supplier = _supplier(options["supplier"])
        if options["dry_run"]:
            return self._rehearse(options["file"], supplier)
        upload = self._matched(supplier, options)
        doubtful = list(upload.lines.undecided().order_by("position"))
        if doubtful:
            self.stdout.write(
                f"{_name(upload)} is kept, not confirmed: {_of_lines(len(doubtful))} not certain."
            )
            self._print(_line_said(line, line.candidates) for line in doubtful)
            self.stdout.write("Go on with it in the admin.")
            return EXIT_UNDECIDED
        upload = services.confirm_upload(upload.pk, actor=COMMAND, is_final=True)
        made = upload.batches.count()
        self.stdout.write(f"{_name(upload)} is confirmed: {made} batches {upload.batch_stem}-L….")
        return 0

    def _matched(self, supplier: Supplier, options: dict[str, Any]) -> InvoiceUpload:
        """The upload with its lines matched; of a file with bad rows nothing is kept."""
        path: Path = options["file"]
        with _opened(path) as file:
            upload = services.start_upload(
                file,
                supplier_id=supplier.pk,
                number=options["number"],
                dated=options["date"] or shop_day(timezone.now()),
                file_name=path.name,
                duplicate_reason=options["reason"],
                actor=COMMAND,
            )
        try:
            services.set_columns(upload.pk, mapping=upload.mapping, actor=COMMAND)
        except DomainError as why:
            services.discard_upload(upload.pk, reason=str(why), actor=COMMAND)
            raise
        _match(upload.pk)
        return InvoiceUpload.objects.select_related("supplier").get(pk=upload.pk)

    def _rehearse(self, path: Path, supplier: Supplier) -> int:
        with _opened(path) as file:
            found = services.rehearse_upload(file, supplier=supplier, today=shop_day(timezone.now()))
        self._print(_rehearsed(found))
        doubtful = [one for one in found.lines if one[1].certainty != Certainty.CERTAIN]
        self.stdout.write(f"{len(found.lines)} lines, {len(doubtful)} of them not certain. Nothing was kept.")
        return EXIT_UNDECIDED if doubtful else 0

    # --- the others -----------------------------------------------------------------------------------------
    def _list(self, options: dict[str, Any]) -> int:
        uploads = InvoiceUpload.objects.select_related("supplier").order_by("-pk")
        if options["supplier"]:
            uploads = uploads.filter(supplier=_supplier(options["supplier"]))
        if options["state"]:
            uploads = uploads.filter(state=options["state"])
        if options["untold"]:
            uploads = uploads.untold()
        shown = list(uploads[:LISTED])
        self._print(
            f"{one.pk:>6}  {one.dated}  {one.get_state_display():<20}  {one.batch_stem or '—':<12}  "
            f"{one.line_count:>5} lines  {one}"
            for one in shown
        )
        if not shown:
            self.stdout.write("No supplier invoices.")
        return 0

    def _send(self, options: dict[str, Any]) -> int:
        """One after the other: what is refused of one keeps no other back."""
        refused = 0
        for upload_id in options["id"]:
            try:
                number = services.tell_later(upload_id, actor=COMMAND)
            except DomainError as why:
                refused += 1
                self.stderr.write(f"#{upload_id}: {why}")
            else:
                self.stdout.write(f"#{upload_id}: {number} messages go to ERPNext.")
        return int(bool(refused))

    def _undo(self, options: dict[str, Any]) -> int:
        upload = services.undo_upload(options["id"], reason=options["reason"], actor=COMMAND)
        self.stdout.write(f"{_name(upload)} is undone.")
        return 0

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _match(upload_id: int) -> None:
    """Match its lines; while a worker has taken them up already, wait for him."""
    until = monotonic() + PATIENCE
    while True:
        try:
            services.match_upload(upload_id, actor=COMMAND)
        except AlreadyRunningError:
            if monotonic() > until:
                raise
            sleep(A_MOMENT)
        else:
            return


def _supplier(said: str) -> Supplier:
    named = Q(erp_name=said) | Q(display_name__iexact=said) | Q(batch_prefix__iexact=said)
    found = list(Supplier.objects.present().filter(named)[:2])
    if len(found) != 1:
        why = "There is no supplier" if not found else "More than one supplier is"
        raise CommandError(f"{why} called “{said}”: give the name that ERPNext has.")
    return found[0]


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as why:
        raise CommandError(f"{path}: {why.strerror}") from why


def _day(text: str) -> date:
    day = day_named(text)
    if day is None:
        raise ArgumentTypeError(f"“{text}” is no day; write 2026-11-23")
    return day


def _name(upload: InvoiceUpload) -> str:
    return f"Invoice {upload.number} of {upload.supplier} (#{upload.pk})"


def _of_lines(number: int) -> str:
    return "1 line is" if number == 1 else f"{number} lines are"


def _rehearsed(found: Rehearsal) -> Iterable[str]:
    for line, verdict in found.lines:
        yield _line_said(line, verdict.candidates, is_certain=verdict.certainty == Certainty.CERTAIN)


def _line_said(line: UploadLine, candidates: list[dict[str, Any]], *, is_certain: bool = False) -> str:
    """``  row 4  Milk 6x1L  → MILK-1 × 6 (score 88.0)``."""
    is_certain = is_certain or line.decision == Decision.PRODUCT
    if not candidates:
        return f"  row {line.row}  {line.name[:SHOWN]}  → nothing like it"
    best = candidates[0]
    mark = "=" if is_certain else "?"
    return f"  row {line.row}  {line.name[:SHOWN]}  {mark} {best['code']} × {best['pack']} ({best['score']})"
