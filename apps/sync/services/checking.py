"""Look at everything that a sync needs of ERPNext, and say of each thing how it stands and what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from apps.core import figures
from apps.sync.engine.declarations import Source
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address, Client, configured_address, facts, logged_user
from apps.sync.erpnext.facts import Access, Sight
from apps.sync.erpnext.lists import Query, count, first_of, has_field
from apps.sync.erpnext.roles import readers_of, writers_of
from apps.sync.errors import ErpError, ErpRefusedError
from apps.sync.models import MirroredSite, WebhookDelivery

CLOCK_TOLERANCE: Final = timedelta(seconds=30)
REFERENCED: Final = ("Sales Invoice", "Purchase Receipt", "Pricing Rule")  # what Larder may create
IDENTITY: Final = ("creation", "modified")
ROW: Final = ("idx", "parent")


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do where something is to be done."""

    what: str
    level: Level
    said: str
    advice: str = ""


@dataclass
class Report:
    """All that a check found."""

    findings: list[Finding] = field(default_factory=list)
    problem_code: str = ""  # why nothing could be looked at
    problem: str = ""

    @property
    def worst(self) -> Level:
        """The level that the whole has."""
        return max((finding.level for finding in self.findings), key=list(Level).index, default=Level.OK)


def check(*, address: Address | None = None, told: Callable[[Finding], None] | None = None) -> Report:
    """Look at ERPNext without writing anything, there or here; ``told`` hears of each finding as it comes."""
    report = Report()
    with Client(address or configured_address()) as erp:
        for finding in _all(erp, report):
            report.findings.append(finding)
            if told:
                told(finding)
    return report


def _all(erp: Client, report: Report) -> Iterator[Finding]:
    try:
        user = logged_user(erp)
    except ErpError as why:
        report.problem_code, report.problem = why.code, str(why)
        yield Finding("Connection", Level.ERROR, str(why), "Nothing else can be looked at before that.")
        return
    yield Finding("Connection", Level.OK, f"{erp.address.url} knows us as {user}.")
    yield _guarded("Site", erp, _site)
    for what, look in SITE_WIDE.items():
        yield _guarded(what, erp, look)
    for source in _sources():
        yield from _of_source(erp, source)
    yield _guarded("Deleted Document", erp, _deletions)
    yield _webhooks()
    yield from _references(erp)


def _guarded(what: str, erp: Client, look: Callable[[Client], Finding]) -> Finding:
    """A look that fails is a finding; the others go on."""
    try:
        return look(erp)
    except ErpError as why:
        return Finding(
            what, Level.ERROR, str(why), "Run the check again; ask ERPNext's operator if it stays."
        )


# --- the site as a whole -----------------------------------------------------------------------------------
def _site(erp: Client) -> Finding:
    mirrored = MirroredSite.objects.first()
    if mirrored is None:
        return Finding("Site", Level.NOTE, "This database mirrors no ERPNext yet.")
    if mirrored.site == erp.address.site:
        return Finding("Site", Level.OK, f"It is the one that this database mirrors: {mirrored.site}.")
    return Finding(
        "Site",
        Level.ERROR,
        f"This database mirrors {mirrored.site}, and the address leads to {erp.address.site}.",
        "Use the old address, or “manage.py sync reset” to begin anew.",
    )


def _version(erp: Client) -> Finding:
    said = facts.version(erp)
    return Finding("Version", Level.OK if said else Level.NOTE, said or "ERPNext does not tell its version.")


def _clock(erp: Client) -> Finding:
    ahead = facts.clock_difference(erp)
    seconds = round(abs(ahead.total_seconds()))
    if abs(ahead) <= CLOCK_TOLERANCE:
        return Finding("Clock", Level.OK, "ERPNext's clock agrees with ours.")
    side = "ahead of" if ahead > timedelta() else "behind"
    said = f"ERPNext's clock is {seconds} seconds {side} ours."
    return Finding("Clock", Level.WARNING, said, "Let both machines take their time from a time server.")


def _zone(erp: Client) -> Finding:
    theirs, ours = facts.time_zone(erp), settings.ERP_TIME_ZONE
    if not theirs:
        said = "ERPNext does not tell its time zone."
        return Finding("Time zone", Level.WARNING, said, f"See that its System Settings say {ours}.")
    if facts.same_zone(theirs, ours, year=timezone.now().year):
        return Finding("Time zone", Level.OK, f"ERPNext writes its stamps in {theirs}, as we read them.")
    said = f"ERPNext writes its stamps in {theirs}, and we read them as {ours}."
    return Finding("Time zone", Level.ERROR, said, f"Set ERP_TIME_ZONE to {theirs}.")


def _rate(erp: Client) -> Finding:
    told = erp.allowance
    if told is None:
        return Finding("Rate limit", Level.OK, "ERPNext sets us none.")
    left = f"{told.left:.0f} of {told.limit:.0f} seconds of work are left"
    said = f"{left}; all are granted anew in {told.resets_in:.0f} s."
    if told.left >= told.limit / 10:
        return Finding("Rate limit", Level.NOTE, f"{said} Runs slow down when little is left.")
    return Finding(
        "Rate limit", Level.WARNING, said, "Ask ERPNext's host for more, or run the sync less often."
    )


def _company(erp: Client) -> Finding:
    ours = settings.ERPNEXT.company
    if not ours:
        return Finding(
            "Company", Level.OK, "Documents of every company are read (ERPNEXT_COMPANY is not set)."
        )
    try:
        found = first_of(erp, Query("Company", ("name",), (("name", "=", ours),)))
    except ErpRefusedError as why:
        said = f"Whether ERPNext has the company “{ours}” cannot be seen: {why}"
        return Finding("Company", Level.WARNING, said, "See that ERPNEXT_COMPANY is spelled as in ERPNext.")
    if found and found[0]["name"] == ours:
        return Finding("Company", Level.OK, f"Documents of “{ours}” are read.")
    said = f"ERPNext has no company “{ours}”."
    return Finding("Company", Level.ERROR, said, "Set ERPNEXT_COMPANY to its name, letter by letter.")


SITE_WIDE: Final[dict[str, Callable[[Client], Finding]]] = {
    "Version": _version,
    "Clock": _clock,
    "Time zone": _zone,
    "Rate limit": _rate,
    "Company": _company,
}


# --- what the entities read --------------------------------------------------------------------------------
def _sources() -> list[Source]:
    return [source.as_set() for entity in ENTITIES for source in entity.sources]


def _of_source(erp: Client, source: Source) -> Iterator[Finding]:
    asked = (*IDENTITY, *((source.company_field,) if source.company_field else ()), *source.fields)
    try:
        sight = facts.sight_of(erp, source.doctype, asked)
        yield _seen(source, sight)
        yield from _fields(source.doctype, sight, custom=source.custom_fields)
        if sight.access == Access.ALLOWED:
            yield _counted(erp, source)
            for table in source.children:
                rows = facts.sight_of(erp, table.doctype, (*ROW, *table.fields), parent=source.doctype)
                yield from _fields(table.doctype, rows, custom=())
    except ErpError as why:
        yield Finding(source.doctype, Level.ERROR, str(why), "Run the check again when ERPNext answers.")


def _seen(source: Source, sight: Sight) -> Finding:
    what = source.doctype
    if sight.access == Access.ALLOWED:
        return Finding(what, Level.OK, "Our user may read it.")
    if sight.access == Access.ABSENT:
        level = Level.NOTE if source.optional else Level.ERROR
        return Finding(
            what,
            level,
            "The site has no such DocType.",
            "" if source.optional else "Is ERPNext installed there?",
        )
    said = "Our user may not read it; a count of it would prove nothing, ERPNext checks no right for that."
    return Finding(what, Level.ERROR, said, f"Give that user the role {readers_of(what)}.")


def _fields(doctype: str, sight: Sight, *, custom: tuple[str, ...]) -> Iterator[Finding]:
    for name in sorted(sight.missing - {facts.REFERENCE}):  # of that one is told apart
        if name in custom:
            said = "The site has no such custom field; its column stays empty."
            yield Finding(f"{doctype}.{name}", Level.NOTE, said)
        else:
            said = "The site has no such field, and every request that names it fails."
            yield Finding(
                f"{doctype}.{name}", Level.ERROR, said, "Tell us the site's version: Larder reads 15 and 16."
            )
    for name in sorted(sight.hidden):
        said = "ERPNext leaves it out of our lists: it is above our user's permission level."
        yield Finding(f"{doctype}.{name}", Level.ERROR, said, "Let a role of that user read that level.")


def _counted(erp: Client, source: Source) -> Finding:
    """There, in our lists and here; what is saved meanwhile makes no finding."""
    what = f"{source.doctype} records"
    query = Query(source.doctype, ("name",), _of_our_company(source))
    before, seen, after = count(erp, query, start=""), facts.listed(erp, query), count(erp, query, start="")
    here = _present(source.model, source.fixed)
    if seen < min(before, after):
        said = f"ERPNext counts {after} and lets us list {seen}: User Permissions narrow what our user sees."
        return Finding(what, Level.ERROR, said, "Remove the User Permissions of that user in ERPNext.")
    if seen == here:
        return Finding(what, Level.OK, f"{seen} there, {here} here.")
    return Finding(what, Level.NOTE, f"{seen} there, {here} here.", "The next run brings in what is missing.")


def _present(model: Any, fixed: Mapping[str, str]) -> int:
    return int(model.objects.filter(gone_at=None, **fixed).count())


def _of_our_company(source: Source) -> tuple[tuple[str, str, object], ...]:
    ours: str = settings.ERPNEXT.company
    return ((source.company_field, "=", ours),) if ours and source.company_field else ()


def _deletions(erp: Client) -> Finding:
    sight = facts.sight_of(erp, "Deleted Document", ("deleted_doctype", "deleted_name", "creation"))
    if sight.access == Access.ALLOWED:
        return Finding("Deleted Document", Level.OK, "Our user may read it: deletions are seen in each run.")
    said = "Our user may not read it: deletions are seen once a night, when lists of names are compared."
    return Finding(
        "Deleted Document", Level.WARNING, said, f"Give that user the role {readers_of('Deleted Document')}."
    )


def _webhooks() -> Finding:
    """Whether any arrive: ERPNext gives up after three attempts, and says so in a log of its own only."""
    if not settings.ERPNEXT.webhook_secret:
        said = (
            "ERPNEXT_WEBHOOK_SECRET is not set: Larder refuses them, and sees changes when the clock looks."
        )
        return Finding("Webhooks", Level.NOTE, said)
    last = WebhookDelivery.objects.order_by("-last_at").first()
    if last is None:
        return Finding(
            "Webhooks",
            Level.NOTE,
            "None has come in the time that they are kept.",
            "“manage.py sync connect --webhook-url …” sets them up; ERPNext's Webhook Request Log says what "
            "became of those it sent.",
        )
    came = figures.moment_text(last.last_at, now=timezone.now())
    return Finding("Webhooks", Level.OK, f"The last came {came}, of {last.doctype}.")


# --- what writing needs ------------------------------------------------------------------------------------
def _references(erp: Client) -> Iterator[Finding]:
    """A missing reference is an error only where something may be written without its protection."""
    known = facts.custom_fields(erp, REFERENCED)
    for doctype in REFERENCED:
        what = f"{doctype}.{facts.REFERENCE}"
        try:
            yield _reference(erp, doctype, what, known)
        except ErpRefusedError:
            said = "Cannot be looked at: our user may not read the DocType."
            yield Finding(
                what, Level.NOTE, said, f"To write it, our user needs the role {writers_of(doctype)}."
            )
        except ErpError as why:
            yield Finding(what, Level.ERROR, str(why))


def _reference(erp: Client, doctype: str, what: str, known: list[dict[str, Any]] | None) -> Finding:
    if not has_field(erp, doctype, facts.REFERENCE):
        level = Level.ERROR if settings.DEPLOYMENT.sync_post_enabled else Level.NOTE
        said = "The site has no field for Larder's reference: nothing keeps a repeated document out."
        make = "Create it under Settings › Sync › Connection or with “manage.py sync connect”"
        return Finding(what, level, said, f"{make}; nothing is sent before.")
    own = [row for row in known or [] if (row["dt"], row["fieldname"]) == (doctype, facts.REFERENCE)]
    if not own:
        said = "It is there; whether it is unique cannot be seen by our user."
        return Finding(what, Level.NOTE, said, f"Only a {writers_of('Custom Field')} sees that.")
    if own[0]["unique"]:
        return Finding(what, Level.OK, "It is there, and unique.")
    said = "It is there but not unique: it keeps no repeated document out."
    return Finding(what, Level.ERROR, said, "“manage.py sync connect” makes it unique.")
