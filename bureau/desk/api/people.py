"""Who does what in the portal, for programs: postings, deputies, the audit, the door."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import CreateMixin, ReadViewSet, verb
from bureau.desk.registers.audit import AuditFilter
from bureau.desk.registers.delegations import DelegationFilter
from bureau.desk.registers.postings import PostingFilter
from bureau.desk.registers.signins import SignInFilter
from bureau.people import services
from bureau.people.models import Delegation, Organisation, Posting, Role, SignIn, User
from bureau.places.models import Division, ManagingArea
from bureau.records.models import AuditEntry


class PostingSerializer(NounSerializer):
    """A posting; exactly one of division, managing area and organisation is set."""

    user = ScopedRelatedField(queryset=User.objects.active())
    role = ScopedRelatedField(queryset=Role.objects.current())
    division = ScopedRelatedField(queryset=Division.objects.all(), required=False, allow_null=True)
    managing_area = ScopedRelatedField(
        queryset=ManagingArea.objects.all(), required=False, allow_null=True
    )
    organisation = ScopedRelatedField(
        queryset=Organisation.objects.current(), required=False, allow_null=True
    )

    class Meta:
        model = Posting
        fields = [
            "id", "user", "role", "division", "managing_area", "organisation", "valid_from",
            "valid_until", "ended_at",
        ]  # fmt: skip
        read_only_fields = ["ended_at"]
        extra_kwargs = {"valid_from": {"required": False}}
        # The service refuses two grounds and overlaps itself, with a code.
        validators: list[Any] = []


class EndSerializer(VerbSerializer):
    """Until when, empty for now."""

    last_day = serializers.DateField(required=False, allow_null=True, default=None)


class PostingViewSet(CreateMixin, ReadViewSet):
    """Who is posted where, as what, from when until when."""

    queryset = Posting.objects.select_related(
        "user", "role", "division", "managing_area", "organisation"
    )
    serializer_class = PostingSerializer
    filterset_class = PostingFilter
    ordering = "-valid_from"
    sortable = ("valid_from",)

    def save_new(self, values: dict[str, Any]) -> Posting:
        """Grant the posting."""
        given = {name: value for name, value in values.items() if value is not None}
        return services.grant_posting(
            given.pop("user"), given.pop("role"), actor=self.actor, **given
        )

    @verb("people.change_posting", EndSerializer)
    def end(self, obj: Posting, values: dict[str, Any]) -> Posting:
        """End the posting now or on a later day."""
        return services.end_posting(obj, actor=self.actor, **values)


class DelegationSerializer(NounSerializer):
    """A deputy acts for a principal; without a principal it is oneself."""

    principal = ScopedRelatedField(queryset=User.objects.active(), required=False)
    deputy = serializers.PrimaryKeyRelatedField(queryset=User.objects.none())

    class Meta:
        model = Delegation
        fields = ["id", "principal", "deputy", "valid_from", "valid_until", "reason", "ended_at"]
        read_only_fields = ["ended_at"]
        extra_kwargs = {"valid_from": {"required": False}}
        validators: list[Any] = []

    def get_fields(self) -> dict[str, serializers.Field]:
        """Offer one's colleagues as deputies, or everybody on one's ground for who looks after."""
        fields = super().get_fields()
        asker = getattr(self.context.get("request"), "user", None)
        if asker is not None and asker.is_authenticated:
            wide = asker.has_perm("people.add_delegation")
            people = User.objects.active()
            fields["deputy"].queryset = (
                people.visible_to(asker) if wide else User.objects.colleagues_of(asker)
            )
        return fields


class DelegationViewSet(CreateMixin, ReadViewSet):
    """One's own delegations, and everybody's for who looks after them."""

    queryset = Delegation.objects.select_related("principal", "deputy")
    serializer_class = DelegationSerializer
    filterset_class = DelegationFilter
    ordering = "-valid_from"
    sortable = ("valid_from",)

    def require(self, permissions: Any, obj: models.Model | None = None) -> None:
        """Let everybody see and name the own deputies."""
        if permissions not in (self.permission("view"), self.permission("add")):
            super().require(permissions, obj)

    def save_new(self, values: dict[str, Any]) -> Delegation:
        """Name the deputy; of somebody else only who looks after delegations."""
        principal = values.pop("principal", None) or self.actor
        if principal != self.actor:
            super().require(self.permission("add"))
        return services.delegate(principal, values.pop("deputy"), actor=self.actor, **values)

    @verb("people.change_delegation", VerbSerializer)
    def end(self, obj: Delegation, values: dict[str, Any]) -> Delegation:
        """End the delegation at once."""
        return services.end_delegation(obj, actor=self.actor, note=values["note"])


@extend_schema_field(OpenApiTypes.STR)
class NameField(serializers.Field):
    """The words for a row behind a relation; null where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Return its name."""
        return str(value)


class AuditEntrySerializer(StrictMixin, serializers.ModelSerializer):
    """An entry of the audit as it is kept."""

    actor_name = NameField(source="actor")
    noun = serializers.CharField(read_only=True, help_text=_("The kind of object, app.model."))

    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "actor", "actor_name", "posting", "verb", "noun", "object_id",
            "object_label", "before", "after", "note", "request_id", "source",
        ]  # fmt: skip
        read_only_fields = fields


class AuditEntryViewSet(ReadViewSet):
    """The audit, the newest first."""

    queryset = AuditEntry.objects.select_related("actor", "object_type")
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    ordering = "-pk"


class SignInSerializer(StrictMixin, serializers.ModelSerializer):
    """What happened at the door; a name that no account has is not kept."""

    username = serializers.CharField(source="user.username", read_only=True, default=None)

    class Meta:
        model = SignIn
        fields = ["id", "at", "kind", "user", "username", "address", "browser"]
        read_only_fields = fields


class SignInViewSet(ReadViewSet):
    """The sign-in log, the newest first."""

    queryset = SignIn.objects.select_related("user")
    serializer_class = SignInSerializer
    filterset_class = SignInFilter
    ordering = "-pk"
