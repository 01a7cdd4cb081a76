"""Who runs the portal, for programs: accounts with their one-time passwords, and roles."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ArchiveMixin, CreateMixin, EditMixin, ReadViewSet, verb
from bureau.desk.registers import permission_words
from bureau.desk.registers.roles import RoleFilter
from bureau.desk.registers.users import UserFilter
from bureau.people import services
from bureau.people.models import Role, User

RESET, CLOSE = "people.reset_password_user", "people.close_user"


class PhoneField(serializers.CharField):
    """A phone number: written whole, read masked, whoever the program acts for."""

    def get_attribute(self, instance: User) -> str:
        """Return it with its middle hidden."""
        return instance.masked_phone

    def to_internal_value(self, data: Any) -> str:
        """Return the number; the masked one that was read means no change."""
        user: User | None = self.parent.instance
        if user is not None and data == user.masked_phone:
            return user.phone
        return super().to_internal_value(data)


class UserSerializer(NounSerializer):
    """An account; its user name is chosen once."""

    phone = PhoneField(required=False, allow_blank=True, max_length=20)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = [
            "id", "username", "display_name", "phone", "state", "is_active",
            "must_change_password", "last_login", "created_at", "version",
        ]  # fmt: skip
        read_only_fields = ["is_active", "must_change_password", "last_login", "created_at"]

    def get_fields(self) -> dict[str, serializers.Field]:
        """Let nobody rename an account."""
        fields = super().get_fields()
        fields["username"].read_only = not self._is_new()
        return fields


class OneTimePassword(serializers.Serializer):
    """A password that this answer says once and nothing keeps."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    password = serializers.CharField()


class OwnNumberSerializer(StrictMixin, serializers.Serializer):
    """Who a user is, for the portal alone to recognise; empty forgets it."""

    id_number = serializers.CharField(max_length=40, allow_blank=True)


class UserViewSet(CreateMixin, EditMixin, ReadViewSet):
    """Accounts posted on one's ground."""

    queryset = User.objects.all()
    serializer_class = UserSerializer
    filterset_class = UserFilter
    ordering = "pinyin"
    sortable = ("pinyin", "username")

    @extend_schema(responses={201: OneTimePassword})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open an account; answer with its one-time password, which is said here only."""
        self.require(self.permission("add"))
        entries = self.get_serializer(data=request.data)
        entries.is_valid(raise_exception=True)
        user, password = services.open_account(actor=self.actor, **entries.validated_data)
        return _told(user, password, status=201)

    def save_changes(self, obj: User, changes: dict[str, Any], version: int) -> User:
        """Change name or phone."""
        return services.edit_user(obj, changes, actor=self.actor, version=version)

    @verb(CLOSE, VerbSerializer)
    def close(self, obj: User, values: dict[str, Any]) -> User:
        """Close the account; its sessions end, its history stays."""
        return services.close_user(obj, actor=self.actor, note=values["note"])

    @verb(CLOSE, VerbSerializer)
    def reopen(self, obj: User, values: dict[str, Any]) -> User:
        """Open the account again."""
        return services.reopen_user(obj, actor=self.actor, note=values["note"])

    @verb(CLOSE, VerbSerializer)
    def end_sessions(self, obj: User, values: dict[str, Any]) -> User:
        """Sign the person out everywhere."""
        return services.sign_out_user(obj, actor=self.actor, note=values["note"])

    @verb(RESET, VerbSerializer)
    def unlock(self, obj: User, values: dict[str, Any]) -> User:
        """Let the person try to sign in again at once."""
        return services.unlock_user(obj, actor=self.actor, note=values["note"])

    @verb(RESET, OwnNumberSerializer)
    def own_number(self, obj: User, values: dict[str, Any]) -> User:
        """Record who the person is, so that nobody handles the own household."""
        return services.record_own_number(obj, values["id_number"], actor=self.actor)

    @extend_schema(request=VerbSerializer, responses=OneTimePassword)
    @action(detail=True, methods=["post"], url_path="reset-password", url_name="reset-password")
    def reset_password(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a new one-time password, given from a superior office."""
        user = self.get_object()
        self.require(RESET, user)
        entries = VerbSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        note = entries.validated_data["note"]
        return _told(user, services.reset_password(user, actor=self.actor, note=note))


def _told(user: User, password: str, status: int = 200) -> Response:
    shown = {"id": user.pk, "username": user.username, "password": password}
    return Response(OneTimePassword(shown).data, status=status)


def names_of(role: Role) -> list[str]:
    """Return what a role allows, each as "app.codename"."""
    return sorted(permission_words.name_of(one) for one in role.permissions.all())


class PermissionsField(serializers.ListField):
    """What holders of a role may do, each as "app.codename"."""

    child = serializers.CharField(max_length=150)
    unknown = _("No role can allow %(names)s: the portal knows no such permission.")

    def get_attribute(self, instance: Role) -> list[str]:
        """Return what a role allows."""
        return names_of(instance)

    def to_internal_value(self, data: Any) -> list[str]:
        """Return the names; one that opens nothing is refused."""
        wanted = super().to_internal_value(data)
        held = names_of(self.parent.instance) if self.parent.instance else ()
        if strange := sorted(set(wanted) - permission_words.OFFERED - set(held)):
            raise serializers.ValidationError(self.unknown % {"names": ", ".join(strange)})
        return wanted


class RoleSerializer(NounSerializer):
    """A role with its permissions; ``copy_of`` names the one that a new role starts from.

    A copy allows what the other one does unless ``permissions`` say something else.
    """

    permissions = PermissionsField(required=False)
    post = serializers.CharField(read_only=True, allow_null=True)
    is_standard = serializers.BooleanField(read_only=True)
    copy_of = ScopedRelatedField(
        queryset=Role.objects.current(), required=False, allow_null=True, write_only=True
    )

    class Meta:
        model = Role
        fields = [
            "id", "code", "name", "purpose", "base", "is_standard", "post", "permissions",
            "copy_of", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["code", "base", "archived_at"]

    def get_fields(self) -> dict[str, serializers.Field]:
        """Offer ``copy_of`` to a new role alone."""
        fields = super().get_fields()
        del fields["copy_of_name"]
        if not self._is_new():
            del fields["copy_of"]
        return fields


class RoleViewSet(ArchiveMixin, CreateMixin, EditMixin, ReadViewSet):
    """Roles as permission sets; the delivered ones are read, copies of them vary."""

    queryset = Role.objects.prefetch_related("permissions__content_type")
    serializer_class = RoleSerializer
    filterset_class = RoleFilter
    ordering = "code"
    sortable = ("code",)
    restore = None

    def save_new(self, values: dict[str, Any]) -> Role:
        """Add a role of one's own."""
        if origin := values.get("copy_of"):
            values.setdefault("permissions", names_of(self.every.get(pk=origin.pk)))
        values.setdefault("permissions", [])
        return services.create_role(actor=self.actor, **values)

    def save_changes(self, obj: Role, changes: dict[str, Any], version: int) -> Role:
        """Change name, purpose or permissions; the sessions of its holders end."""
        permissions = changes.pop("permissions", None)
        return services.edit_role(
            obj, changes, actor=self.actor, version=version, permissions=permissions
        )

    def put_away(self, obj: Role, note: str) -> Role:
        """Put a role away that nobody holds any more."""
        return services.archive_role(obj, actor=self.actor, note=note)
