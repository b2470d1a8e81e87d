"""How the acts on people, roles, sign-ins and app keys are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register("app_key.made", _("App key made"), here=pgettext_lazy("act", "Made"))
register("app_key.changed", _("App key changed"), here=pgettext_lazy("act", "Changed"))
register("app_key.rotated", _("App key given a new secret"), here=pgettext_lazy("act", "New secret made"))
register(
    "app_key.old_secret_ended", _("App key's old secret ended"), here=pgettext_lazy("act", "Old secret ended")
)
register("app_key.revoked", _("App key revoked"), here=pgettext_lazy("act", "Revoked"))

register("role.added", _("Role added"), here=pgettext_lazy("act", "Added"))
register("role.renamed", _("Role renamed"), here=pgettext_lazy("act", "Renamed"))
register("role.removed", _("Role removed"), here=pgettext_lazy("act", "Removed"))
register("role.grants_set", _("Role's rights changed"), here=pgettext_lazy("act", "Rights changed"))
register(
    "role.grants_set_and_applied",
    _("Role's rights changed, and given to its people"),
    here=pgettext_lazy("act", "Rights changed, and given to its people"),
)

register("user.created", _("Member of staff added"), here=pgettext_lazy("act", "Added"))
register("user.changed", _("Member of staff changed"), here=pgettext_lazy("act", "Changed"))
register(
    "user.deactivated",
    _("Member of staff stopped from signing in"),
    here=pgettext_lazy("act", "Stopped from signing in"),
)
register("user.reactivated", _("Member of staff let in again"), here=pgettext_lazy("act", "Let in again"))
register("user.roles_set", _("Somebody's roles changed"), here=pgettext_lazy("act", "Roles changed"))
register(
    "user.rights_set", _("Somebody's own rights changed"), here=pgettext_lazy("act", "Own rights changed")
)
register(
    "user.role_applied",
    _("A role's new rights given to somebody"),
    here=pgettext_lazy("act", "Role's new rights given"),
)
register("user.photo_changed", _("Somebody's photo changed"), here=pgettext_lazy("act", "Photo changed"))
register("user.photo_removed", _("Somebody's photo removed"), here=pgettext_lazy("act", "Photo removed"))

register("user.signed_in", _("Somebody signed in"), here=pgettext_lazy("act", "Signed in"))
register("user.sign_in_failed", _("A sign-in failed"), here=pgettext_lazy("act", "Sign-in failed"))
register(
    "user.locked_out", _("Sign-ins locked after too many failures"), here=pgettext_lazy("act", "Locked out")
)
register("user.unlocked", _("Sign-ins unlocked"), here=pgettext_lazy("act", "Unlocked"))
register("user.session_ended", _("A session ended by hand"), here=pgettext_lazy("act", "Session ended"))
register(
    "user.sessions_ended",
    _("Somebody signed out everywhere"),
    here=pgettext_lazy("act", "Signed out everywhere"),
)
register(
    "user.signed_in_by_app",
    _("Somebody signed in to an app"),
    here=pgettext_lazy("act", "Signed in to an app"),
)
register(
    "user.app_sign_in_ended",
    _("A sign-in to an app ended"),
    here=pgettext_lazy("act", "Sign-in to an app ended"),
)

register(
    "user.password_changed", _("Somebody changed the password"), here=pgettext_lazy("act", "Password changed")
)
register(
    "user.password_set",
    _("A password set by a colleague"),
    here=pgettext_lazy("act", "Password set by a colleague"),
)
register(
    "user.reset_asked", _("A new password asked for"), here=pgettext_lazy("act", "New password asked for")
)
register(
    "user.password_reset",
    _("A forgotten password replaced"),
    here=pgettext_lazy("act", "Forgotten password replaced"),
)
register(
    "user.second_factor_set_up", _("Second factor set up"), here=pgettext_lazy("act", "Second factor set up")
)
register(
    "user.second_factor_turned_off",
    _("Second factor turned off"),
    here=pgettext_lazy("act", "Second factor turned off"),
)
register(
    "user.second_factor_reset",
    _("Second factor taken away by a colleague"),
    here=pgettext_lazy("act", "Second factor taken away by a colleague"),
)
register(
    "user.recovery_codes_renewed",
    _("New recovery codes made"),
    here=pgettext_lazy("act", "New recovery codes made"),
)
