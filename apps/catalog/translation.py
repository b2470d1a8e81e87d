"""Which texts of the catalogue have other languages. Sync writes the English one and no other."""

from modeltranslation.translator import TranslationOptions, register

from apps.catalog.models import Category, Product


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name", "label")


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("name", "description", "label")
