"""The sync for staff's apps: what is synced, how it stands, what each run did."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, RecordView, View
from apps.sync import reports
from apps.sync.api.v1.filters import RunFilter
from apps.sync.api.v1.serializers import EntitiesOut, RunOut, StatusOut
from apps.sync.models import Run


class SyncEntities(View):
    """What is synced."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "sync.view"}

    @extend_schema(responses=EntitiesOut)
    def get(self, request: Request) -> Response:
        """Every entity, in the order in which they are read."""
        return Response(EntitiesOut({"results": reports.described()}).data)


class SyncStatus(View):
    """How the sync stands."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "sync.view"}

    @extend_schema(responses=StatusOut)
    def get(self, request: Request) -> Response:
        """Every entity with its last run, how far it has been read, and when it is due."""
        return Response(StatusOut({"results": reports.standings(at=timezone.now())}).data)


class SyncRuns(ListView):
    """Every run with its counts, newest first."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "sync.view"}
    queryset = Run.objects.all()
    serializer_class = RunOut
    filterset_class = RunFilter
    orderings: ClassVar = {"id": ("id",)}
    usual_ordering = "-id"


class SyncRun(RecordView):
    """One run; ask again while its state is ``running``."""

    permission_classes = (StaffKey,)
    required_keys: ClassVar = {"GET": "sync.view"}
    queryset = Run.objects.all()
    serializer_class = RunOut
