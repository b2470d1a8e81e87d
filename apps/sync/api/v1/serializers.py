"""The sync, as staff's apps see it."""

from decimal import ROUND_DOWN
from typing import Any

from rest_framework import serializers

from apps.core.admin.chips import Tone
from apps.core.api.schema import ProblemOut
from apps.core.api.serializers import OutSerializer, StrictSerializer
from apps.core.mirror import NAME_LENGTH, STAMP_LENGTH
from apps.sync.entities import ENTITIES
from apps.sync.feed import FeedKind
from apps.sync.states import Mode, RunState

ASKED_FOR = [(mode.value, mode.label) for mode in (Mode.FULL, Mode.MODIFIED)]


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
    entity = serializers.CharField(help_text="What was read, as `sync/entities` names it.")
    mode = serializers.ChoiceField(choices=Mode.choices)
    doctype = serializers.CharField(help_text="Of the one document that somebody had read again; else empty.")
    name = serializers.CharField(source="erp_name", help_text="Of that document; else empty.")
    state = serializers.ChoiceField(choices=RunState.choices)
    started_by = serializers.CharField(source="actor_label")
    started_at = serializers.DateTimeField()
    page_at = serializers.DateTimeField(allow_null=True, help_text="When the last page was written.")
    finished_at = serializers.DateTimeField(allow_null=True)
    expected = serializers.IntegerField(help_text="Records to read, as far as is known.")
    read = serializers.IntegerField(help_text="Documents that ERPNext gave.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField(help_text="Read, and the same as here.")
    renamed = serializers.IntegerField()
    removed = serializers.IntegerField(help_text="Gone from ERPNext: retired here.")
    quarantined = serializers.IntegerField(help_text="Put aside because they could not be read.")
    skipped = serializers.IntegerField(help_text="Of another company.")
    held = serializers.IntegerField(help_text="Held back by the guard, until an admin decides in To Do.")
    requests = serializers.IntegerField(help_text="Asked of ERPNext.")
    problem_code = serializers.CharField(help_text="Why it failed, for programs; empty otherwise.")
    problem = serializers.CharField(help_text="What went wrong, and what to do; empty when nothing did.")


class RunIn(StrictSerializer):
    """What is to be read, and how much of it."""

    entity = serializers.ChoiceField(choices=[(entity.name, entity.title) for entity in ENTITIES])
    mode = serializers.ChoiceField(choices=ASKED_FOR, help_text="How much is read.")


class RunUnderWayOut(ProblemOut):
    """The entity is being read, or is about to be."""

    run = serializers.CharField(help_text="The route of the run that is in the way.")


class CursorOut(OutSerializer):
    """How far a DocType has been read, in ERPNext's own words."""

    doctype = serializers.CharField(help_text="ERPNext's name for a kind of document.")
    read_up_to = serializers.CharField(source="modified", help_text="By the site's clock; empty: not at all.")


class ParityOut(OutSerializer):
    """How equal the copy was to ERPNext when they were last compared."""

    at = serializers.DateTimeField(help_text="When it was compared.")
    score = serializers.DecimalField(
        source="known_score",
        max_digits=5,
        decimal_places=2,
        rounding=ROUND_DOWN,  # 100 is said of nothing less
        allow_null=True,
        help_text="Of a hundred records, how many are equal; null: they could not be compared.",
    )
    differing = serializers.IntegerField(help_text="Records that are otherwise here than there.")
    problem = serializers.CharField(help_text="Why they could not be compared.")


class StandingOut(OutSerializer):
    """One entity today."""

    entity = serializers.CharField(source="entity.name")
    title = serializers.CharField(source="entity.title")
    records = serializers.IntegerField(help_text="Present in ERPNext, as far as is known here.")
    quarantined = serializers.IntegerField(help_text="Records that could not be read.")
    last_run = RunOut(allow_null=True, help_text="Null before the first.")
    cursors = CursorOut(many=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null: the clock does not run it.")
    parity = ParityOut(allow_null=True, help_text="Null before the first comparison.")


class EntitiesOut(OutSerializer):
    """All of them, in the order in which they are read."""

    results = EntityOut(many=True)


class StatusOut(OutSerializer):
    """All of them, in the order in which they are read."""

    results = StandingOut(many=True)


class FeedLineOut(OutSerializer):
    """One thing that happened or goes on."""

    at = serializers.DateTimeField(help_text="When it ended, or began while it goes on.")
    kind = serializers.ChoiceField(choices=FeedKind.choices, help_text="What sort of line it is.")
    tone = serializers.ChoiceField(choices=[tone.value for tone in Tone], help_text="What its colour means.")
    icon = serializers.CharField(help_text="A Material Symbol.")
    text = serializers.CharField()
    entity = serializers.CharField(help_text="Empty: of none alone.")
    run_id = serializers.CharField(allow_null=True, help_text="The run that it is about, if any.")
    done = serializers.IntegerField(help_text="How many records so far.")
    expected = serializers.IntegerField(help_text="Records to read, as far as is known.")
    rate = serializers.IntegerField(allow_null=True, help_text="Records a second.")
    is_running = serializers.BooleanField(help_text="Whether it still goes on.")


class FeedOut(OutSerializer):
    """What goes on, then what happened since the feed was cleared, the newest first."""

    results = FeedLineOut(many=True)


class DeliveryAddressIn(serializers.Serializer[Any]):
    """What the address of a webhook says, for nothing in a delivery does."""

    doctype = serializers.CharField(max_length=NAME_LENGTH, help_text="Such as `Item`.")
    event = serializers.CharField(max_length=40, help_text="Such as `on_update`.")


class DeliveryIn(serializers.Serializer[Any]):
    """What a webhook has to tell; whatever else is configured in ERPNext is passed over."""

    name = serializers.CharField(
        max_length=NAME_LENGTH, trim_whitespace=False, help_text="The document's name in ERPNext."
    )
    modified = serializers.CharField(
        max_length=STAMP_LENGTH, required=False, allow_null=True, allow_blank=True
    )


class DeliveryOut(OutSerializer):
    """What came of it; ERPNext keeps this in its Webhook Request Log."""

    entity = serializers.CharField(help_text="What is read again; empty: nothing that is synced.")
    is_repeat = serializers.BooleanField(help_text="Whether the same had come before.")
