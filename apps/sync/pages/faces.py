"""What the states of the sync look like on its pages."""

from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Chip, Tone
from apps.sync.overview import Health
from apps.sync.states import Reach

HEALTH: dict[Health, Chip] = {
    Health.OFF: Chip(_("Off"), Tone.QUIET, "pause_circle"),
    Health.NEVER: Chip(_("Never read"), Tone.QUIET, "radio_button_unchecked"),
    Health.FAILING: Chip(_("Failing"), Tone.ACT, "error"),
    Health.LATE: Chip(_("Late"), Tone.LOOK, "schedule"),
    Health.PARTIAL: Chip(_("Partial"), Tone.LOOK, "warning"),
    Health.WELL: Chip(_("Well"), Tone.WELL),
}
REACH: dict[Reach, Chip] = {
    Reach.WELL: Chip(_("ERPNext answers"), Tone.WELL, "cloud_done"),
    Reach.UNREACHABLE: Chip(_("ERPNext does not answer"), Tone.ACT, "cloud_off"),
    Reach.REFUSED: Chip(_("ERPNext refuses our key"), Tone.ACT, "key_off"),
    Reach.ANOTHER_SITE: Chip(_("Another ERPNext"), Tone.ACT, "wrong_location"),
}
