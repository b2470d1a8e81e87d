"""Changes by Django's own forms, written into the one audit trail instead of the admin's log."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from apps.core import audit
from apps.core.actors import Actor


class TracedMixin:
    """Every add, change and removal leaves who, when, what before and after; readable on the record."""

    model: type[models.Model]

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        request.before = self._before(request, obj, form) if change else None  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def _before(self, request: HttpRequest, obj: models.Model, form: Any) -> dict[str, Any] | None:
        stored = self.get_queryset(request).filter(pk=obj.pk).first()  # type: ignore[attr-defined]
        return traced_values(stored, form) if stored else None

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        self._record(request, obj, "added", after=audit.values_of(obj))

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        before = getattr(request, "before", None)
        fields = tuple(before or ())
        after = {name: value for name, value in _values(obj).items() if name in fields} if fields else {}
        if before != after:
            self._record(request, obj, "changed", before=before, after=after)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self._record(request, obj, "removed", before=audit.values_of(obj))

    def _record(self, request: HttpRequest, obj: models.Model, verb: str, **values: Any) -> None:
        audit.record(
            actor=Actor.of(request.user),
            action=f"{obj._meta.model_name}.{verb}",
            subject=audit.Subject.of(obj),
            **values,
        )


def traced_values(obj: models.Model, form: Any) -> dict[str, Any]:
    """What the form may change, as it stands in the database."""
    return {name: value for name, value in _values(obj).items() if name in form.fields}


def _values(obj: models.Model) -> dict[str, Any]:
    many = {field.name: sorted(map(str, getattr(obj, field.name).all())) for field in obj._meta.many_to_many}
    return audit.values_of(obj) | many
