"""How the acts on the catalogue are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register(
    "category.added", _("Category added to the registry"), here=pgettext_lazy("act", "Added to the registry")
)
register("category.changed", _("Category changed"), here=pgettext_lazy("act", "Changed"))
register("category.removed", _("Category removed from the registry"), here=pgettext_lazy("act", "Removed"))
register(
    "category.adopted",
    _("Category taken over by ERPNext's item group"),
    here=pgettext_lazy("act", "Took over the registry's category of its name"),
)
register(
    "product.picture_asked",
    _("Product's image asked of ERPNext again"),
    here=pgettext_lazy("act", "Image asked for again"),
)
register("product.described", _("Product's details changed"), here=pgettext_lazy("act", "Details changed"))
register(
    "product.allergens", _("Product's allergens changed"), here=pgettext_lazy("act", "Allergens changed")
)
register("category.shown", _("Category's place in the app changed"), here=pgettext_lazy("act", "In the app"))
register("product.shown", _("Product's place in the app changed"), here=pgettext_lazy("act", "In the app"))
