"""What staff may tune about signing in."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.core.options import Duration, Flag, OptionGroup, Section, Whole


class SecurityOptions(OptionGroup):
    """Who needs a second factor, how long a sign-in lasts, what a password is."""

    key, title, icon, order = "security", _("Security"), "shield", 30
    section = Section.SAFETY
    about = _(
        "Whoever has a role that needs a second factor may sign in without it one more time; "
        "from then on only its set-up opens."
    )

    second_factor_super_admin = Flag(_("Super Admins need a second factor"), default=True)
    second_factor_admin = Flag(_("Admins need a second factor"), default=True)
    second_factor_clerk = Flag(_("Clerks need a second factor"), default=False)
    second_factor_packer = Flag(_("Packers need a second factor"), default=False)
    second_factor_driver = Flag(_("Drivers need a second factor"), default=False)
    second_factor_others = Flag(_("People in roles of the shop's own need a second factor"), default=False)
    session_length = Duration(
        _("A sign-in lasts"),
        default=timedelta(hours=12),
        least=timedelta(minutes=15),
        most=timedelta(days=30),
        hint=_("However busy or idle. A change counts from the next sign-in."),
    )
    password_length = Whole(
        _("A password has at least"),
        default=10,
        least=8,
        most=64,
        unit=_("characters"),
        hint=_("Of new passwords; those that people have stay."),
    )


class SignInOptions(OptionGroup):
    """How many guesses there are; for the back office and for the API, which count together."""

    key, title, icon, order = "api", _("API"), "api", 20
    section = Section.APPS

    sign_in_tries = Whole(
        _("Sign-in tries"),
        default=5,
        least=2,
        most=100,
        hint=_("Wrong passwords and codes for one account from one address; then even the right one waits."),
    )
    sign_in_window = Duration(
        _("Sign-in tries are counted over"),
        default=timedelta(minutes=15),
        least=timedelta(minutes=1),
        most=timedelta(days=1),
        hint=_("And so long does the wait last."),
    )


class AppOptions(OptionGroup):
    """Staff who sign in through an app."""

    key, title, icon, order = "api", _("API"), "api", 20
    section = Section.APPS

    signed_in_for = Duration(
        _("Staff stay signed in to an app for"),
        default=timedelta(days=30),
        least=timedelta(hours=1),
        most=timedelta(days=365),
        hint=_("Since they last used it; while they use it, it goes on."),
    )
