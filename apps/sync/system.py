"""How ERPNext stands, for the page *System*."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import ErpPicture
from apps.core.admin.chips import Tone
from apps.core.figures import count_text, moment_text
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.core.system.parts import Fact, Kind, Look, offer
from apps.sync.erpnext import configured_address
from apps.sync.models import Quarantine, Run
from apps.sync.services import connection
from apps.sync.states import Reach, RunState

ADVICE: dict[Reach, Promise] = {
    Reach.UNREACHABLE: _("See whether it runs and can be reached from here; Larder tries again by itself."),
    Reach.REFUSED: _("Give Larder's user a key that works: ERPNEXT_API_KEY and ERPNEXT_API_SECRET."),
    Reach.ANOTHER_SITE: _("Correct ERPNEXT_URL, or run manage.py sync reset to mirror the other one."),
}


def facts(look: Look) -> Iterator[Fact]:
    stands = connection.current()
    yield Fact(_("Site"), configured_address().site, is_code=True)
    if stands.reach == Reach.WELL:
        yield Fact(_("Reach"), _("it answers"), Tone.WELL)
    else:
        said = {"how": stands.get_reach_display(), "when": moment_text(stands.since, now=look.at)}
        advice = ADVICE[Reach(stands.reach)]
        yield Fact(_("Reach"), _t("%(how)s since %(when)s") % said, Tone.ACT, advice)
    read = Run.objects.filter(state=RunState.SUCCEEDED).order_by("-id").values_list("finished_at", flat=True)
    yield Fact(_("Last read"), moment_text(read.first(), now=look.at))
    yield _counted(_("Quarantine"), Quarantine.objects.count(), _("See Settings › Quarantine."))
    stuck = Outgoing.objects.filter(state=OutgoingState.NEEDS_ATTENTION).count()
    yield _counted(_("Messages that need attention"), stuck, _("See Settings › Outbox."))
    lacking = ErpPicture.objects.in_trouble().count()
    advice = _("See Products, narrowed by “Image in ERPNext”; each product says why.")
    yield _counted(_("Images that could not be fetched"), lacking, advice)


def _counted(label: Promise, number: int, advice: Promise) -> Fact:
    if not number:
        return Fact(label, _("none"), Tone.WELL)
    return Fact(label, count_text(number), Tone.LOOK, advice)


offer(Kind(name="erpnext", title=_("ERPNext"), icon="cloud", ask=lambda look: list(facts(look)), order=35))
