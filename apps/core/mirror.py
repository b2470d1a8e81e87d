"""Records that ERPNext owns and Larder keeps a copy of (spec/00 rule 4, docs/adr/0101).

A mirrored row carries ERPNext's own name and stamps beside the columns that the sync owns. Those columns
stand once, in the model's ``ERP_COLUMNS``: staff screens show them as plain text, no import or form
writes them, and the sync writes no other. What Larder adds stands in columns of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.clock import from_erp
from apps.core.words import in_words, searched, words_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_LENGTH: Final = 140  # of every name, link and short text in ERPNext
STAMP_LENGTH: Final = 26  # "2026-02-02 08:05:17.324600"

# The row type of a queryset; `Any` in the apps, whose querysets may not import their models.
Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class MirroredQuerySet(models.QuerySet[Row_co]):
    """Rows by their standing in ERPNext."""

    def present(self) -> Self:
        """What ERPNext still has."""
        return self.filter(gone_at__isnull=True)

    def gone(self) -> Self:
        """What ERPNext had once."""
        return self.filter(gone_at__isnull=False)

    def named(self, erp_name: str) -> Row_co | None:
        """The row of that name in ERPNext, if there is one."""
        return self.filter(erp_name=erp_name).first() if erp_name else None


class NamedQuerySet(MirroredQuerySet[Row_co]):
    """Rows of a short table, found by their names without an index: there are few."""

    def matching(self, words: str) -> Self:
        """Rows with every word of ``words``, or its beginning, in their name here or in ERPNext."""
        named = words_of("name", "erp_name")
        return searched(self, words, lambda wanted: in_words(type(self)(self.model), named, wanted))


class MirroredModel(models.Model):
    """A document of ERPNext.

    It is known by its name *and* its creation stamp: a deleted document's name can be given to another
    one, and that is a second row here. At most one row of a name is present at a time.
    """

    ERP_COLUMNS: ClassVar[tuple[str, ...]] = ()

    erp_name = models.CharField(_("name in ERPNext"), max_length=NAME_LENGTH)
    erp_creation = models.CharField(_("created in ERPNext"), max_length=STAMP_LENGTH)
    erp_modified = models.CharField(_("last saved in ERPNext"), max_length=STAMP_LENGTH)
    gone_at = models.DateTimeField(_("gone from ERPNext since"), null=True, blank=True)
    read_at = models.DateTimeField(_("last brought in"), default=timezone.now)
    read_by = models.BigIntegerField(_("brought in by run"), default=0)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["erp_name"],
                condition=models.Q(gone_at=None),
                name="%(app_label)s_%(class)s_present_name",
            ),
            models.UniqueConstraint(
                # creation first: a rename is looked up by it
                fields=["erp_creation", "erp_name"],
                name="%(app_label)s_%(class)s_identity",
            ),
        ]

    @property
    def is_gone(self) -> bool:
        """Whether ERPNext no longer has it."""
        return self.gone_at is not None

    @property
    def created_in_erp(self) -> datetime:
        """When ERPNext made it, in UTC."""
        return from_erp(self.erp_creation)

    @property
    def saved_in_erp(self) -> datetime:
        """When ERPNext last saved it, in UTC."""
        return from_erp(self.erp_modified)


class MirroredRow(models.Model):
    """A row of a table inside a document of ERPNext; it lives and is replaced with its parent."""

    ERP_COLUMNS: ClassVar[tuple[str, ...]] = ()

    erp_row = models.CharField(_("row name in ERPNext"), max_length=NAME_LENGTH)
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        abstract = True
        ordering = ("position", "id")


@dataclass(frozen=True)
class Renamed:
    """A record that ERPNext calls otherwise now; it is the same row here."""

    id: int
    was: str
    now: str


@dataclass(frozen=True)
class Written:
    """What the sync did to one table in one transaction, as our ids; the owning app is told within it.

    A listener works on the set, never row by row. What was deleted is known by its ids alone.
    """

    model: type[MirroredModel]
    created: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    retired: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()

    @property
    def touched(self) -> list[int]:
        """Every row that is still there."""
        return sorted({*self.created, *self.changed, *self.retired, *(one.id for one in self.renamed)})


# The columns in which ERPNext's values are kept. ERPNext holds null and "" for the same "not set" in any text
# (its own filters cannot tell them apart), so text here is never null.


def text_column(label: "StrOrPromise") -> "models.CharField[str, str]":
    """A name, link or short text."""
    return models.CharField(label, max_length=NAME_LENGTH, blank=True)


def long_text_column(label: "StrOrPromise") -> "models.TextField[str, str]":
    """A text without a limit."""
    return models.TextField(label, blank=True)


def number_column(label: "StrOrPromise") -> "models.DecimalField[Decimal, Decimal]":
    """Money, a quantity, a factor or a percentage: twenty-one digits, nine of them after the point."""
    return models.DecimalField(label, max_digits=21, decimal_places=9)


def whole_column(label: "StrOrPromise") -> "models.IntegerField[int, int]":
    """A count."""
    return models.IntegerField(label)


def check_column(label: "StrOrPromise") -> "models.BooleanField[bool, bool]":
    """A check box."""
    return models.BooleanField(label)


def date_column(label: "StrOrPromise") -> "models.DateField[date | None, date | None]":
    """A day in ERPNext's zone, or none."""
    return models.DateField(label, null=True, blank=True)
