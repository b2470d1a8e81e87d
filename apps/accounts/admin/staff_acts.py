"""What can be done to a member of staff: each a verb of accounts.services, asked for in a dialog."""

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.admin.staff_forms import PasswordForm, ProfileForm, ReasonForm, RolesForm
from apps.accounts.errors import StaleReviewError
from apps.accounts.models import User
from apps.accounts.wording import signed_out_words
from apps.core.actors import Actor
from apps.core.admin.actions import writes


class StaffActs:
    """The actions of UserAdmin, which says where each is offered."""

    @writes(
        permission="edit",
        title=_("Name, language and theme"),
        button=_("Edit"),
        done_by=_("Save profile"),
        icon="edit",
        form=ProfileForm,
    )
    def edit(self, user: User, *, actor: Actor, form: ProfileForm) -> str:
        try:
            saved = services.change_profile(user.pk, actor=actor, seen=form.seen, **form.given)
        except StaleReviewError:
            form.look_again(User.objects.get(pk=user.pk))
            raise
        return _now("Saved %(name)s.") % {"name": saved.full_name}

    @writes(
        permission="edit", title=_("Roles"), button=_("Change roles"), icon="shield_person", form=RolesForm
    )
    def change_roles(self, user: User, *, actor: Actor, form: RolesForm) -> str:
        chosen = form.cleaned_data
        try:
            services.set_roles(user.pk, chosen["roles"], actor=actor, seen=chosen["seen"])
        except StaleReviewError:
            form.look_again()
            raise
        return _now("%(name)s has the roles you chose.") % {"name": user}

    @writes(
        permission="edit",
        title=_("Set a new password"),
        button=_("Set password"),
        icon="key",
        form=PasswordForm,
    )
    def set_password(self, user: User, *, actor: Actor, form: PasswordForm) -> str:
        services.set_password(user.pk, new=form.cleaned_data["password"], actor=actor)
        return _now("%(name)s has a new password.") % {"name": user}

    @writes(
        permission="edit",
        title=_("Unlock"),
        sentence=_("After too many failed tries: the next one is looked at again."),
        button=_("Unlock"),
        icon="lock_open",
        form=ReasonForm,
        when=lambda user: user.tries.locked(timezone.now()).exists(),
    )
    def unlock(self, user: User, *, actor: Actor, form: ReasonForm) -> str:
        services.unlock(user.pk, actor=actor, reason=form.cleaned_data["reason"])
        return _now("%(name)s may try again.") % {"name": user}

    @writes(
        permission="edit",
        title=_("Reset the second factor"),
        sentence=_("For a lost phone. Sessions end at once; another phone is set up at the next sign-in."),
        button=_("Reset second factor"),
        icon="phonelink_erase",
        form=ReasonForm,
        danger=True,
        when=lambda user: user.has_second_factor,
    )
    def reset_second_factor(self, user: User, *, actor: Actor, form: ReasonForm) -> str:
        services.reset_second_factor(user.pk, actor=actor, reason=form.cleaned_data["reason"])
        return _now("%(name)s has no second factor any more.") % {"name": user}

    @writes(
        permission="edit",
        title=_("Sign out everywhere"),
        sentence=_(
            "Every session in a browser and every sign-in through an app ends at once. "
            "Whoever knows the password signs in again."
        ),
        button=_("Sign out everywhere"),
        icon="logout",
        form=ReasonForm,
        danger=True,
        when=lambda user: services.is_signed_in(user, at=timezone.now()),
    )
    def end_sessions(self, user: User, *, actor: Actor, form: ReasonForm) -> str:
        reason = form.cleaned_data["reason"]
        return signed_out_words(
            services.end_all_sessions(user.pk, actor=actor, at=timezone.now(), reason=reason)
        )

    @writes(
        permission="stop",
        title=_("Stop from signing in"),
        sentence=_("Sessions end at once. What was done stays, and it can be undone."),
        button=_("Stop sign-in"),
        icon="block",
        form=ReasonForm,
        danger=True,
        when=lambda user: user.is_active,
    )
    def deactivate(self, user: User, *, actor: Actor, form: ReasonForm) -> str:
        services.deactivate(user.pk, actor=actor, reason=form.cleaned_data["reason"])
        return _now("%(name)s can no longer sign in.") % {"name": user}

    @writes(
        permission="edit",
        title=_("Let sign in again"),
        sentence=_("With the roles and rights from before."),
        button=_("Let sign in"),
        icon="lock_open",
        form=ReasonForm,
        when=lambda user: not user.is_active,
    )
    def reactivate(self, user: User, *, actor: Actor, form: ReasonForm) -> str:
        services.reactivate(user.pk, actor=actor, reason=form.cleaned_data["reason"])
        return _now("%(name)s can sign in again.") % {"name": user}
