"""Background tasks for programs: one's own, how far they are, what came out."""

from typing import Any

from rest_framework import serializers

from bureau.desk.api.viewsets import ReadViewSet, verb
from bureau.desk.registers.jobs import JobFilter
from bureau.jobs import services
from bureau.jobs.models import Job


class JobSerializer(serializers.ModelSerializer):
    """A background task; ``result_url`` is where a browser that has signed in finds the result."""

    kind_name = serializers.CharField(source="__str__", read_only=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True)
    seconds_left = serializers.IntegerField(read_only=True, allow_null=True)
    result_url = serializers.CharField(read_only=True)
    created_by_name = serializers.StringRelatedField(
        source="created_by", read_only=True, allow_null=True
    )

    class Meta:
        model = Job
        fields = [
            "id", "kind", "kind_name", "state", "phase", "done", "total", "percent",
            "seconds_left", "attempts", "reason_code", "reason", "result_url", "created_by",
            "created_by_name", "created_at", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class JobViewSet(ReadViewSet):
    """Background tasks: everybody's own, and all of them for who looks after them."""

    queryset = Job.objects.select_related("created_by")
    serializer_class = JobSerializer
    filterset_class = JobFilter
    ordering = "-pk"

    def require_list(self) -> None:
        """Refuse nobody: the rows are one's own unless a posting shows more."""

    @verb("change")
    def cancel(self, obj: Job, values: dict[str, Any]) -> Job:
        """Cancel a task that waits or runs."""
        return services.cancel_job(obj, actor=self.actor)

    @verb("change")
    def retry(self, obj: Job, values: dict[str, Any]) -> Job:
        """Let a failed or cancelled task start anew."""
        return services.retry_job(obj, actor=self.actor)
