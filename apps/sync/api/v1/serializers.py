"""The sync, as staff's apps see it."""

from rest_framework import serializers

from apps.core.api.serializers import OutSerializer
from apps.sync.states import Mode, RunState


class EntityOut(OutSerializer):
    """One thing that is synced."""

    name = serializers.CharField()
    title = serializers.CharField()
    doctypes = serializers.ListField(child=serializers.CharField(), help_text="What is read of ERPNext.")
    after = serializers.ListField(
        child=serializers.CharField(), help_text="Entities that are read first, for this one refers to them."
    )
    interval_hours = serializers.DecimalField(
        max_digits=9, decimal_places=4, help_text="Between two runs by the clock; 0 is off."
    )
    interval_is_fixed = serializers.BooleanField(
        help_text="Whether the server's environment decides it, and staff cannot."
    )


class RunOut(OutSerializer):
    """One run of one entity; the counts of one that runs grow."""

    id = serializers.CharField()
    entity = serializers.CharField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    state = serializers.ChoiceField(choices=RunState.choices)
    started_by = serializers.CharField(source="actor_label")
    started_at = serializers.DateTimeField()
    page_at = serializers.DateTimeField(allow_null=True, help_text="When the last page was written.")
    finished_at = serializers.DateTimeField(allow_null=True)
    expected = serializers.IntegerField(help_text="Records to read, as far as is known.")
    read = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    renamed = serializers.IntegerField()
    removed = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Of another company.")
    held = serializers.IntegerField(help_text="Held back by the guard, until an admin decides in To Do.")
    requests = serializers.IntegerField(help_text="Asked of ERPNext.")
    problem_code = serializers.CharField()
    problem = serializers.CharField(help_text="What went wrong, and what to do; empty when nothing did.")


class CursorOut(OutSerializer):
    """How far a DocType has been read, in ERPNext's own words."""

    doctype = serializers.CharField()
    read_up_to = serializers.CharField(source="modified", help_text="By the site's clock; empty: not at all.")


class ParityOut(OutSerializer):
    """How equal the copy was to ERPNext when they were last compared."""

    at = serializers.DateTimeField()
    score = serializers.DecimalField(max_digits=5, decimal_places=2, help_text="Of a hundred records.")
    differing = serializers.IntegerField()
    problem = serializers.CharField(help_text="Why they could not be compared.")


class StandingOut(OutSerializer):
    """One entity today."""

    entity = serializers.CharField(source="entity.name")
    title = serializers.CharField(source="entity.title")
    records = serializers.IntegerField(help_text="Present in ERPNext, as far as is known here.")
    quarantined = serializers.IntegerField(help_text="Records that could not be read.")
    last_run = RunOut(allow_null=True)
    cursors = CursorOut(many=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null: the clock does not run it.")
    parity = ParityOut(allow_null=True)


class EntitiesOut(OutSerializer):
    """All of them, in the order in which they are read."""

    results = EntityOut(many=True)


class StatusOut(OutSerializer):
    """All of them, in the order in which they are read."""

    results = StandingOut(many=True)
