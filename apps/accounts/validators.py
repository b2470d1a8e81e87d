"""What a password must be, beyond Django's own rules."""

from django.contrib.auth.password_validation import MinimumLengthValidator

from apps.accounts.options import SecurityOptions


class LongEnough(MinimumLengthValidator):
    """As long as staff have set; asked anew each time, for validators live as long as their process."""

    def __init__(self) -> None:
        """Nothing to be told: the option says it."""

    @property
    def min_length(self) -> int:  # type: ignore[override]
        return SecurityOptions().password_length
