"""What was learned of suppliers' lines: which product a part number or a name of theirs means."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from apps.catalog.models import Product
from apps.core.actors import Actor
from apps.core.admin import filters
from apps.core.admin.actions import DialogForm, writes
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import profile_link
from apps.core.admin.profile import Facts, Shown
from apps.core.templatetags import larder as say
from apps.inventory import services
from apps.inventory.models import LearnedMatch
from apps.inventory.states import LearnedBy


class CorrectForm(DialogForm):
    """Another product, by its code, or another pack."""

    item_code = forms.CharField(
        label=_("Item code"),
        max_length=140,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of the product that the supplier means."),
    )
    pack_factor = forms.DecimalField(
        label=_("Stock units in one"),
        max_digits=21,
        decimal_places=9,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=_("6 for a case of six that is sold one by one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        learned = LearnedMatch.objects.filter(pk=self.object_id).select_related("product").first()
        if learned:
            self.fields["item_code"].initial = learned.product.item_code
            self.fields["pack_factor"].initial = f"{learned.pack_factor.normalize():f}"

    def clean_item_code(self) -> Product:
        """The product itself; whether it can be bought in is for the verb to say."""
        code = self.cleaned_data["item_code"].strip()
        product: Product | None = Product.objects.present().filter(item_code=code).first()
        if product is None:
            raise forms.ValidationError(_now("No product has the item code “%s”.") % code)
        return product


@admin.register(LearnedMatch)
class LearnedMatchAdmin(ReadOnlyAdmin):
    """By supplier. Invoices teach them; a person corrects or forgets them."""

    permission_category = "suppliers"
    list_display = ("title", "by", "product", "pack", "supplier", "confirmed", "last_at")
    list_extra = ("code", "last_by", "upload")
    list_filter = (
        filters.related("supplier", _("Supplier")),
        filters.choice("by", _("Known by")),
        filters.days("last_at", _("Last confirmed")),
        filters.record("product", _("Product")),
    )
    list_select_related = ("supplier", "product", "upload__supplier")
    on_phone = ("by", "product", "supplier")
    search_fields = ("key", "product__item_code", "product__name_en")
    search_help_text = _("Part number, name, product or code")
    ordering = ("supplier", "key", "id")
    sortable_by = ()
    list_icon = "school"
    empty_title = _("Nothing was learned yet")
    empty_text = _("A confirmed supplier invoice teaches what its part numbers and names mean.")
    actions_row = ("correct", "forget")
    actions_detail = ("correct", "forget")
    actions = ("forget",)
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("What the supplier says"), ("supplier", "by", "key")),
        Facts(_("What he means"), ("product", "code", "pack")),
        Facts(_("How it is known"), ("confirmed", "last_at", "last_by", "upload")),
    )

    @column(_("Part number or name"))
    def title(self, learned: LearnedMatch) -> str:
        return learned.key

    @column(_("Known by"), kind=Kind.CHIP)
    def by(self, learned: LearnedMatch) -> Chip:
        icon = "tag" if learned.by == LearnedBy.PART else "match_word"
        return Chip(learned.get_by_display(), Tone.QUIET, icon)

    @column(_("Product"))
    def product(self, learned: LearnedMatch) -> Product:
        return learned.product

    @column(_("Item code"), kind=Kind.CODE)
    def code(self, learned: LearnedMatch) -> str:
        return learned.product.item_code

    @column(_("Pack"), kind=Kind.QUANTITY)
    def pack(self, learned: LearnedMatch) -> Any:
        return learned.pack_factor

    @column(_("Times"), kind=Kind.COUNT)
    def confirmed(self, learned: LearnedMatch) -> int:
        """By how many invoices; a correction begins anew."""
        return learned.times

    @column(_("Invoice that taught it last"))
    def upload(self, learned: LearnedMatch) -> Shown | None:
        return profile_link(learned.upload, learned.upload.number) if learned.upload else None

    def profile_title(self, record: LearnedMatch) -> str:
        return record.key

    def profile_chips(self, record: LearnedMatch) -> Sequence[Chip]:
        return [self.by(record)]

    def key_figures(self, record: LearnedMatch) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Confirmed"), say.count(record.times)),
            (_("Stock units in one"), say.quantity(record.pack_factor)),
            (_("Last confirmed"), say.moment(record.last_at)),
        )

    @writes(
        permission="edit",
        title=_("What does the supplier mean?"),
        sentence=_("The next invoice with this part number or name is matched so."),
        button=_("Correct"),
        done_by=_("Save match"),
        icon="edit",
        form=CorrectForm,
    )
    def correct(self, learned: LearnedMatch, *, actor: Actor, form: CorrectForm) -> str:
        given = form.cleaned_data
        after = services.correct_learned(
            learned.pk, product_id=given["item_code"].pk, pack_factor=given["pack_factor"], actor=actor
        )
        return _now("“%(key)s” means %(product)s.") % {"key": after.key, "product": after.product}

    @writes(
        permission="edit",
        title=_("Forget what this means?"),
        sentence=_(
            "The next invoice is matched as if it were the first. Invoices of the past stay as they are."
        ),
        button=_("Forget"),
        icon="delete",
        danger=True,
    )
    def forget(self, learned: LearnedMatch, *, actor: Actor, form: Any) -> str:
        services.forget_learned(learned.pk, actor=actor)
        return _now("“%s” is forgotten.") % learned.key
