"""Which address is which page, and what a form that comes back does."""

from http import HTTPStatus
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from apps.sync.demo.alive import HAPPENINGS, UnknownHappeningError
from apps.sync.demo.alive.breaking import spoiled
from apps.sync.demo.alive.hand import NothingToDoError
from apps.sync.demo.control import Control, ControlError
from apps.sync.demo.envelopes import Answer, RefusalError
from apps.sync.demo.pages import acting, records
from apps.sync.demo.pages.editing import EDITABLE, inputs, save
from apps.sync.demo.pages.journal import Journal
from apps.sync.demo.pages.standing import answers_to_lose, troubles
from apps.sync.demo.pages.switchboard import Switchboard, UnknownActError, held
from apps.sync.demo.pages.visit import Visit
from apps.sync.demo.spans import TIME_ZONE

HOME: Final = "/demo"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # none at all would take the Origin from our own forms
    "X-Content-Type-Options": "nosniff",
}
NO_PAGE: Final = "There is no page at this address."
STRANGER: Final = "The demo ERPNext is for this machine alone: open it at 127.0.0.1 or localhost."
STEERED: Final = "Another site's page tried to change something here. Nothing was changed."


class Pages:
    """Answers browsers; ``larder``, where Larder's back office is, may be set at any time."""

    def __init__(self, control: Control, *, larder: str = "") -> None:
        self.control = control
        self.site = control.site
        self.store = control.site.store
        self.larder = larder
        self.journal = Journal(control.alive)
        self.switchboard = Switchboard(control, self.journal)

    def answer(self, visit: Visit) -> Answer | None:
        """A page, or a refusal; None leaves the request to the API and its switches."""
        area = visit.steps[0] if visit.steps else ""
        if area != "demo" and not (visit.is_for_people and area in {"", "app"}):
            return None
        if not visit.is_at_home:
            return self._forbidden(visit, STRANGER)
        if visit.is_steered:
            return self._forbidden(visit, STEERED)
        return self._routed(visit) if visit.is_for_people else None

    def _routed(self, visit: Visit) -> Answer | None:
        match visit.method, *visit.steps:
            case ("GET",) | ("GET", "app"):
                return _sent_to(HOME)
            case "GET", "demo":
                return self._switches(visit)
            case "POST", "demo", "do", button:
                return self._press(button, visit)
            case "GET" | "POST", "app", slug, *name:
                return self._desk(visit, slug, "".join(name))
            case "POST", "demo", *_:
                return None  # a switch of the JSON API, whatever its client accepts
        return self._notice(HTTPStatus.NOT_FOUND, NO_PAGE)

    # --- switches ----------------------------------------------------------------------------------------
    def _switches(self, visit: Visit) -> Answer:
        state = self.control.state()
        return self._page(
            "switches",
            visit=visit,
            state=state,
            held=held(state),
            lost=answers_to_lose(self.site.faults),
            spoiled=[records.Cell(name, records.address("Customer", name)) for name in spoiled(self.store)],
            happenings=list(HAPPENINGS),
            lately=self.journal.lately(),
            amounts=records.amounts(self.store),
            zone=TIME_ZONE,
        )

    def _press(self, button: str, visit: Visit) -> Answer:
        try:
            number = self.switchboard.press(button, visit.form)
        except UnknownActError:
            return self._notice(HTTPStatus.NOT_FOUND, "There is no such switch.")
        except (ControlError, UnknownHappeningError) as why:
            return self._notice(HTTPStatus.BAD_REQUEST, str(why))
        except NothingToDoError:
            number = self.journal.note("Nothing was done: there is no record that this could be done to.")
        return _sent_to(f"{HOME}?said={number}")

    # --- documents ---------------------------------------------------------------------------------------
    def _desk(self, visit: Visit, slug: str, name: str) -> Answer:
        doctype = records.doctype_at(self.store, slug)
        if doctype is None:
            return self._notice(HTTPStatus.NOT_FOUND, f"There is no DocType “{slug}” in the demo ERPNext.")
        if not name:
            return self._list(visit, doctype)
        if visit.method == "GET":
            return self._document(visit, doctype, name)
        if "do" in visit.form:
            return self._do(visit, doctype, name)
        if doctype in EDITABLE:
            return self._save(visit, doctype, name)
        return self._notice(HTTPStatus.NOT_FOUND, f"No {doctype} is edited here.")

    def _list(self, visit: Visit, doctype: str) -> Answer:
        entries, total = records.newest(self.store, doctype), len(self.store.table(doctype).rows)
        shows_all = total == len(entries)
        return self._page(
            "list", visit=visit, doctype=doctype, entries=entries, total=f"{total:,}", shows_all=shows_all
        )

    def _document(
        self, visit: Visit, doctype: str, name: str, *, refusal: str = "", status: int = HTTPStatus.OK
    ) -> Answer:
        """One document; after a refusal what was typed stays in the form."""
        sheet = records.sheet(self.store, doctype, name)
        if sheet is None:
            words = f"{doctype} “{name}” is not there: it never was, or it was renamed or deleted."
            return self._notice(HTTPStatus.NOT_FOUND, words)
        return self._page(
            "document",
            status=status,
            visit=visit,
            sheet=sheet,
            link=records.address(doctype, sheet.name),
            list_link=records.address(doctype),
            inputs=inputs(self.store, doctype, name, typed={} if "do" in visit.form else visit.form),
            acts=acting.acts(self.store, doctype, name),
            refusal=refusal,
        )

    def _save(self, visit: Visit, doctype: str, name: str) -> Answer:
        try:
            save(self.site.desk, doctype, name, visit.form)
        except RefusalError as why:
            return self._refused(visit, doctype, name, why)
        number = self.journal.note(f"{doctype} was saved by hand", doctype=doctype, name=name)
        return _sent_to(f"{records.address(doctype, name)}?said={number}")

    def _do(self, visit: Visit, doctype: str, name: str) -> Answer:
        """What is left of it is shown then; of what was deleted the list that it stood in."""
        try:
            act, called = acting.do(self.store, self.site.desk, doctype, name, visit.form)
        except acting.UnknownActError:
            return self._notice(HTTPStatus.NOT_FOUND, f"This is not done to {doctype} “{name}” as it stands.")
        except RefusalError as why:
            return self._refused(visit, doctype, name, why)
        number = self.journal.note(f"{doctype} {act.said}", doctype=doctype, name=called)
        place = records.linked(self.store, doctype, called) or records.address(doctype)
        return _sent_to(f"{place}?said={number}")

    def _refused(self, visit: Visit, doctype: str, name: str, why: RefusalError) -> Answer:
        refusal = strip_tags(why.shown or why.exc_type)
        return self._document(visit, doctype, name, refusal=refusal, status=why.status)

    # --- how -----------------------------------------------------------------------------------------------
    def _forbidden(self, visit: Visit, words: str) -> Answer:
        if visit.is_for_people:
            return self._notice(HTTPStatus.FORBIDDEN, words)
        return Answer(HTTPStatus.FORBIDDEN, {"error": words})

    def _notice(self, status: HTTPStatus, words: str) -> Answer:
        return self._page("notice", status=status, words=words)

    def _page(
        self, template: str, *, status: int = HTTPStatus.OK, visit: Visit | None = None, **context: Any
    ) -> Answer:
        common = {
            "larder": self.larder,
            "home": HOME,
            "troubles": (found := troubles(self.site)),
            "cures": {trouble.cure for trouble in found},
            "said": self.journal.found(visit.asked.get("said", "")) if visit else None,
        }
        return Answer(status, render_to_string(f"demo/{template}.html", common | context), HEADERS)


def _sent_to(address: str) -> Answer:
    return Answer(HTTPStatus.SEE_OTHER, "", HEADERS | {"Location": address})
