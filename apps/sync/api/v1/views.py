"""The sync for staff's apps: what is synced, how it stands, what each run did."""

from typing import ClassVar, cast

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.actors import Actor, Person
from apps.core.api.permissions import StaffKey
from apps.core.api.problems import MEDIA_TYPE
from apps.core.api.schema import ProblemOut
from apps.core.api.views import ListView, RecordView, View
from apps.sync import reports, services
from apps.sync.api.v1.filters import RunFilter
from apps.sync.api.v1.permissions import MayTrigger
from apps.sync.api.v1.serializers import EntitiesOut, FeedOut, RunIn, RunOut, RunUnderWayOut, StatusOut
from apps.sync.feed import feed
from apps.sync.models import Run
from apps.sync.scopes import SYNC
from apps.sync.services.gate import RUN_KEY
from apps.sync.states import Mode

SHUT = OpenApiResponse(
    ProblemOut,
    "In this order: `sync-post-disabled`, the server lets nobody start anything; `direction-disabled`, the "
    "control of this entity is off; `permission-denied`, a right is missing.",
)
UNDER_WAY = OpenApiResponse(
    RunUnderWayOut, "`already-running`: one is queued or runs; `run` and `Location` say which."
)


class SyncEntities(View):
    """What is synced."""

    app_scope = SYNC
    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List what is read from ERPNext"}
    required_keys: ClassVar = {"GET": "sync.view"}

    @extend_schema(responses=EntitiesOut)
    def get(self, request: Request) -> Response:
        """Every entity, in the order in which they are read."""
        return Response(EntitiesOut({"results": reports.described()}).data)


class SyncStatus(View):
    """How the sync stands."""

    app_scope = SYNC
    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "How up to date each entity is"}
    required_keys: ClassVar = {"GET": "sync.view"}

    @extend_schema(responses=StatusOut)
    def get(self, request: Request) -> Response:
        """Every entity with its last run, how far it has been read, and when it is due."""
        return Response(StatusOut({"results": reports.standings(at=timezone.now())}).data)


class SyncRuns(ListView):
    """Every run with its counts, newest first; a POST asks for one."""

    app_scope = SYNC
    permission_classes = (MayTrigger,)
    summaries: ClassVar = {"GET": "List runs", "POST": "Ask for a run"}
    required_keys: ClassVar = {"GET": "sync.view", "POST": RUN_KEY}
    queryset = Run.objects.all()
    serializer_class = RunOut
    filterset_class = RunFilter
    orderings: ClassVar = {"id": ("id",)}
    usual_ordering = "-id"

    @extend_schema(
        request=RunIn,
        filters=False,
        responses={202: RunOut, (403, MEDIA_TYPE): SHUT, (409, MEDIA_TYPE): UNDER_WAY},
    )
    def post(self, request: Request) -> Response:
        """Ask for a run; a worker begins it, and ``Location`` says where to follow it."""
        asked = RunIn(data=request.data)
        asked.is_valid(raise_exception=True)
        run = services.ask_for_run(
            asked.validated_data["entity"],
            mode=Mode(asked.validated_data["mode"]),
            actor=Actor.of(cast("Person", request.user)),
        )
        return Response(
            RunOut(run).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": reverse("v1:sync-run", kwargs={"pk": run.pk})},
        )


class SyncRun(RecordView):
    """One run; ask again while its state is ``running``."""

    app_scope = SYNC
    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One run"}
    required_keys: ClassVar = {"GET": "sync.view"}
    queryset = Run.objects.all()
    serializer_class = RunOut


class SyncFeed(View):
    """What the sync does and did."""

    app_scope = SYNC
    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "What the sync is doing and did", "DELETE": "Clear the feed"}
    required_keys: ClassVar = {"GET": "sync.view", "DELETE": RUN_KEY}

    @extend_schema(responses=FeedOut)
    def get(self, request: Request) -> Response:
        """What goes on, then what happened since the feed was cleared, the newest first."""
        return Response(FeedOut({"results": feed(at=timezone.now())}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Have the feed begin anew, for everybody; nothing that it told of is lost."""
        services.clear_feed(at=timezone.now(), actor=Actor.of(cast("Person", request.user)))
        return Response(status=status.HTTP_204_NO_CONTENT)
