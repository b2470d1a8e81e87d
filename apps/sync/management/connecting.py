"""manage.py sync connect: leads an operator from an address to a site that is ready for Larder."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.sync.erpnext import Address, Client, configured_address, logged_user
from apps.sync.erpnext.address import address_of
from apps.sync.management import checking
from apps.sync.services.connecting import Change, Nationality, make, nationality, plan

EXIT_FAILED = 1


def add_arguments(parser: CommandParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--url", help="try this address instead of ERPNEXT_URL; nothing is stored")
    parser.add_argument("--key", help="with this API key, and")
    parser.add_argument("--secret", help="with this API secret")
    parser.add_argument(
        "--nationality-field", default="", help="the custom field of a customer that holds it"
    )
    parser.add_argument("--webhook-url", default="", help="where ERPNext reaches Larder's webhook")
    parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")
    parser.add_argument("--yes", action="store_true", help="make everything without asking")


def handle(command: BaseCommand, options: dict[str, Any]) -> int:
    """Connect; the exit code is that of the check at the end, or 1 when something could not be made."""
    address = _address(options)
    _say_address(command, address, tried=bool(options["url"]))
    with Client(address) as erp:
        command.stdout.write(f"1. ERPNext knows us as {logged_user(erp)}.")
        _say_nationality(command, nationality(erp, field=options["nationality_field"]), options)
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


def _say_nationality(command: BaseCommand, found: Nationality, options: dict[str, Any]) -> None:
    asked = options["nationality_field"]
    has = "has that field" if found.has_it else "has no such field"
    command.stdout.write(f"2. Nationality: Larder reads {found.reads}; the site {has} on Customer.")
    for other in found.others:
        command.stdout.write(f"   The site has {other} too, which Larder does not read.")
    if asked and asked not in {found.reads, *found.others}:
        command.stdout.write(f"   The site has no field {asked} on Customer.")


def _make_all(command: BaseCommand, erp: Client, options: dict[str, Any]) -> bool:
    """Reference fields and webhooks; whether all that was to be made is there now."""
    found = plan(erp, webhook_url=options["webhook_url"])
    command.stdout.write("3. Reference fields and webhooks:")
    for what in found.there:
        command.stdout.write(f"   there already: {what}")
    if not options["webhook_url"]:
        command.stdout.write("   no webhooks are made without --webhook-url")
    for said in found.by_hand:
        command.stdout.write(f"   by hand: {said}")
    made = [_make_one(command, erp, change, options) for change in found.changes]  # one failure stops none
    return all(made)


def _make_one(command: BaseCommand, erp: Client, change: Change, options: dict[str, Any]) -> bool:
    if options["dry_run"]:
        command.stdout.write(f"   would make: {change.what}")
        return True
    if not options["yes"] and not _agreed(change):
        command.stdout.write(f"   left out: {change.what}. By hand: {change.by_hand}")
        return True
    made = make(erp, change)
    told = "made" if made.is_done else "NOT made"
    command.stdout.write(f"   {told}: {change.what}. {made.said}".rstrip())
    return made.is_done


def _agreed(change: Change) -> bool:
    try:
        return input(f"   Make {change.what} in ERPNext? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        raise CommandError(
            "Nobody is there to ask: say --yes, or --dry-run to see what would be made."
        ) from None
