"""manage.py sync connect: leads an operator from an address to a site that is ready for Larder."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from apps.sync.erpnext import Address, Client, configured_address, logged_user
from apps.sync.erpnext.address import address_of
from apps.sync.management import checking
from apps.sync.options import ShopOptions
from apps.sync.services.connecting import Change, Nationality, choose_nationality, make, nationality, plan

EXIT_FAILED = 1
TITLE = ShopOptions.nationality_field.title


def add_arguments(parser: CommandParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--url", help="try this address instead of ERPNEXT_URL; nothing is stored")
    parser.add_argument("--key", help="with this API key, and")
    parser.add_argument("--secret", help="with this API secret")
    parser.add_argument(
        "--nationality-field", default="", help="the field of a customer to read it from, kept as a setting"
    )
    parser.add_argument(
        "--webhook-url",
        default="",
        help=f"where ERPNext reaches Larder: https://the-address-of-larder{reverse('v1:sync-webhook')}",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")
    parser.add_argument("--yes", action="store_true", help="make everything without asking")


def handle(command: BaseCommand, options: dict[str, Any]) -> int:
    """Connect; the exit code is that of the check at the end, or 1 when something could not be made."""
    address = _address(options)
    _say_address(command, address, tried=bool(options["url"]))
    with Client(address) as erp:
        command.stdout.write(f"1. ERPNext knows us as {logged_user(erp)}.")
        _nationality(command, nationality(erp, field=options["nationality_field"]), options)
        is_all_made = _make_all(command, erp, options)
    command.stdout.write("4. Check:")
    code = checking.run(command, as_json=False, address=address)
    return code if is_all_made else EXIT_FAILED


def _address(options: dict[str, Any]) -> Address:
    given = [options["url"], options["key"], options["secret"]]
    if all(given):
        return address_of(options["url"], key=options["key"], secret=options["secret"])
    if any(given):
        raise CommandError("Give --url, --key and --secret together, or none of them.")
    return configured_address()


def _say_address(command: BaseCommand, address: Address, *, tried: bool) -> None:
    command.stdout.write(f"ERPNext at {address.url}")
    if tried:
        command.stdout.write(
            "   It is only tried: to keep it, set ERPNEXT_URL, ERPNEXT_API_KEY and ERPNEXT_API_SECRET."
        )
    elif not settings.ERPNEXT.url:
        command.stdout.write(
            "   This is the demo one. For yours, set ERPNEXT_URL, ERPNEXT_API_KEY and ERPNEXT_API_SECRET "
            "(in ERPNext: User → Settings → API Access → Generate Keys)."
        )


def _nationality(command: BaseCommand, found: Nationality, options: dict[str, Any]) -> None:
    asked = options["nationality_field"]
    has = "has that field" if found.has_it else "has no such field"
    command.stdout.write(f"2. Nationality: Larder reads {found.reads}; the site {has} on Customer.")
    for other in found.others:
        command.stdout.write(
            f"   The site has {other} too; --nationality-field {other} has Larder read that."
        )
    if asked and asked not in {found.reads, *found.others}:
        command.stdout.write(f"   The site has no field {asked} on Customer that holds words.")
    chosen = _chosen(found, options)
    if chosen:
        _choose(command, chosen, options)


def _chosen(found: Nationality, options: dict[str, Any]) -> str:
    """The field that the operator wants read instead; he is asked where the one that is read is missing."""
    if asked := options["nationality_field"]:
        return str(asked) if asked in found.others else ""
    if found.has_it or options["yes"] or options["dry_run"]:
        return ""
    return next((other for other in found.others if _agreed(f"Read the nationality from {other}?")), "")


def _choose(command: BaseCommand, field: str, options: dict[str, Any]) -> None:
    if options["dry_run"] or options["url"]:
        command.stdout.write(f"   would read {field} from then on")
        return
    try:
        choose_nationality(field, actor=COMMAND)
    except InvalidInputError as why:
        said = " ".join(error.message for error in why.errors)
        command.stdout.write(f"   NOT set: the setting “{TITLE}” stays. {said}")
        return
    command.stdout.write(
        f"   Set: Larder reads {field} from now on (Settings → Shop → {TITLE}). The clock reads all "
        "customers anew; at once: “manage.py sync run customers --full”."
    )


def _make_all(command: BaseCommand, erp: Client, options: dict[str, Any]) -> bool:
    """Reference fields and webhooks; whether all that was to be made is there now."""
    found = plan(erp, webhook_url=options["webhook_url"])
    command.stdout.write("3. Reference fields and webhooks:")
    for what in found.there:
        command.stdout.write(f"   there already: {what}")
    if not options["webhook_url"]:
        command.stdout.write(
            "   no webhooks are made without --webhook-url "
            f"{settings.PUBLIC_URL or 'https://the-address-of-larder'}{reverse('v1:sync-webhook')}"
        )
    for said in found.by_hand:
        command.stdout.write(f"   by hand: {said}")
    made = [_make_one(command, erp, change, options) for change in found.changes]  # one failure stops none
    if options["webhook_url"]:
        command.stdout.write("   Whether webhooks arrive, “manage.py sync check” says from the first one on.")
    return all(made)


def _make_one(command: BaseCommand, erp: Client, change: Change, options: dict[str, Any]) -> bool:
    if options["dry_run"]:
        command.stdout.write(f"   would make: {change.what}")
        return True
    if not options["yes"] and not _agreed(f"Make {change.what} in ERPNext?"):
        command.stdout.write(f"   left out: {change.what}. By hand: {change.by_hand}")
        return True
    made = make(erp, change)
    told = "made" if made.is_done else "NOT made"
    command.stdout.write(f"   {told}: {change.what}. {made.said}".rstrip())
    return made.is_done


def _agreed(question: str) -> bool:
    try:
        return input(f"   {question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        raise CommandError(
            "Nobody is there to ask: say --yes, or --dry-run to see what would be made."
        ) from None
