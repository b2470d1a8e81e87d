"""Why an order is not told."""

from apps.core.errors import DomainError


class AmbiguousNumberError(DomainError):
    """Documents of several kinds have the number that was asked for; ``errors`` names each kind."""

    code = "ambiguous-number"
