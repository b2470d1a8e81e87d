"""What the catalogue refuses."""

from apps.core.errors import DomainError


class OfERPNextError(DomainError):
    """ERPNext owns it, so it is changed there."""

    code = "owned-by-erpnext"


class CategoryInUseError(DomainError):
    """Something refers to the category; the sentence says what."""

    code = "category-in-use"
