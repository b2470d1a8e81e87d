"""What runs can be narrowed by."""

from django_filters.rest_framework import ChoiceFilter, FilterSet, MultipleChoiceFilter

from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.states import Mode, RunState


class RunFilter(FilterSet):  # type: ignore[misc]
    """``?entity=items&state=failed&state=partial&mode=full``."""

    entity = ChoiceFilter(choices=[(entity.name, entity.name) for entity in ENTITIES], label="The entity.")
    state = MultipleChoiceFilter(choices=RunState.choices, label="Any of these.")
    mode = ChoiceFilter(choices=Mode.choices, label="How much it read.")

    class Meta:
        model = Run
        fields = ("entity", "state", "mode")
