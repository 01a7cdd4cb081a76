"""Households and who lives in them for programs; personal numbers by their ends only."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.hanging import PartsMixin
from bureau.desk.api.serializers import NounSerializer, VerbSerializer
from bureau.desk.api.viewsets import CreateMixin, EditMixin, ReadViewSet, verb
from bureau.places.models import Division
from grants.choices import PayeeKind, PersonalKind, Relation
from grants.filters.households import HouseholdFilters
from grants.models import BankAccount, Household, Membership, Person
from grants.rules.identity import mask_id, mask_tail
from grants.services import accounts, households, members, personal

CHANGE = "grants.change_household"
RELATIONS = [one for one in Relation.choices if one[0] != Relation.HEAD]


class MemberSerializer(serializers.ModelSerializer):
    """Who lives, or lived, in a household."""

    name = serializers.CharField(source="person.name", read_only=True)
    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = [
            "id",
            "person",
            "name",
            "relation",
            "id_number",
            "phone",
            "valid_from",
            "valid_to",
        ]
        read_only_fields = fields

    def get_id_number(self, member: Membership) -> str:
        """Return the identity number as it may be shown."""
        return mask_id(member.person.id_number_head, member.person.id_number_tail)

    def get_phone(self, member: Membership) -> str:
        """Return the phone's last four digits."""
        return mask_tail(member.person.phone_tail)


class AccountSerializer(serializers.ModelSerializer):
    """Where a household is, or was, paid to."""

    card = serializers.SerializerMethodField()
    # Empty where nobody of the household but the head, or nobody of it at all, is paid.
    relation = serializers.CharField(read_only=True)

    class Meta:
        model = BankAccount
        fields = [
            "id", "payee", "holder", "holder_name", "relation", "bank", "card", "valid_from",
            "valid_to",
        ]  # fmt: skip
        read_only_fields = fields

    def get_card(self, account: BankAccount) -> str:
        """Return the card's last four digits."""
        return mask_tail(account.card_tail)


class Written(serializers.CharField):
    """A personal number that is taken and never given back."""

    def __init__(self, **kwargs: Any) -> None:
        more = {"write_only": True, "required": False, "allow_blank": True, "max_length": 40}
        super().__init__(**(more | kwargs))


class HouseholdSerializer(NounSerializer):
    """A household with its dwelling, people and accounts; numbers are written, never read whole."""

    village: Any = serializers.IntegerField(source="dwelling.village_id", read_only=True)
    village_name = serializers.StringRelatedField(source="dwelling.village", read_only=True)
    dwelling = ScopedRelatedField(read_only=True)
    name = serializers.CharField(max_length=100)
    account_number = serializers.CharField(
        source="dwelling.account_number", max_length=20, required=False, allow_blank=True
    )
    pending_number = serializers.CharField(
        source="dwelling.pending_number", max_length=30, required=False, allow_blank=True
    )
    gas_account = serializers.CharField(
        source="dwelling.gas_account", max_length=20, required=False, allow_blank=True
    )
    door_number = serializers.CharField(
        source="dwelling.door_number", max_length=40, required=False, allow_blank=True
    )
    demolished_on = serializers.DateField(
        source="dwelling.demolished_on", required=False, allow_null=True
    )
    id_number = Written()
    phone = Written()
    members = MemberSerializer(source="memberships", many=True, read_only=True)
    accounts = AccountSerializer(many=True, read_only=True)

    class Meta:
        model = Household
        fields = [
            "id", "name", "village", "village_name", "dwelling", *households.EDITED_DWELLING,
            "id_number", "phone", *households.HOUSEHOLD_FIELDS, "valid_to", "members", "accounts",
            "version",
        ]  # fmt: skip
        read_only_fields = ["valid_to"]
        validators: list[Any] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return flat values, as the service takes them."""
        attrs = super().validate(attrs)
        return {**attrs.pop("dwelling", {}), **attrs}


class NewHouseholdSerializer(HouseholdSerializer):
    """A new household file."""

    village = ScopedRelatedField(
        queryset=Division.objects.all(), permission="grants.add_household", write_only=True
    )
    demolished_on = serializers.DateField(source="dwelling.demolished_on", read_only=True)
    id_number = Written(required=True, allow_blank=False)
    payee = serializers.ChoiceField(PayeeKind.choices, required=False, write_only=True)
    card = Written()
    bank = serializers.CharField(max_length=60, required=False, allow_blank=True, write_only=True)
    holder_name = serializers.CharField(
        max_length=100, required=False, allow_blank=True, write_only=True
    )
    relation = serializers.ChoiceField(RELATIONS, required=False, write_only=True)

    class Meta(HouseholdSerializer.Meta):
        fields = [*HouseholdSerializer.Meta.fields, *households.ACCOUNT_FIELDS]


class AddMemberSerializer(VerbSerializer):
    """A person who lives in the household."""

    name = serializers.CharField(max_length=100)
    relation = serializers.ChoiceField(RELATIONS)
    id_number = Written(default="")
    phone = Written(default="")
    since = serializers.DateField(required=False, allow_null=True, default=None)


class MembershipField(serializers.IntegerField):
    """The id of a membership of the household that the verb is about."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"min_value": 1, "max_value": 2**62} | kwargs))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the membership; one of another household is no membership here."""
        pk = super().run_validation(data)
        found = self.context["object"].memberships.filter(pk=pk).first()
        if found is None:
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError([sentence])
        return found


class EndMembershipSerializer(VerbSerializer):
    """Whose time in the household ends, by the membership's id."""

    membership = MembershipField()
    on = serializers.DateField()
    died = serializers.BooleanField(required=False, default=False)


class ChangeHeadSerializer(VerbSerializer):
    """Which member becomes head, by the membership's id, and the paper that proves it."""

    membership = MembershipField()
    on = serializers.DateField()
    died = serializers.BooleanField(required=False, default=False)
    proof = serializers.FileField()


class SplitSerializer(VerbSerializer):
    """Which memberships leave, whose is head of the new household, and where it lives."""

    memberships = serializers.ListField(child=MembershipField(), allow_empty=False, max_length=50)
    head = MembershipField()
    on = serializers.DateField()
    account_number = serializers.CharField(max_length=20, default="", allow_blank=True)
    pending_number = serializers.CharField(max_length=30, default="", allow_blank=True)
    door_number = serializers.CharField(max_length=40, default="", allow_blank=True)
    register_number = serializers.CharField(max_length=30, default="", allow_blank=True)


class ChangeAccountSerializer(VerbSerializer):
    """Another account from a day on; ``holder`` is the id of a member of the household."""

    payee = serializers.ChoiceField(PayeeKind.choices, default=PayeeKind.HEAD)
    card = Written(required=True, allow_blank=False)
    bank = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    holder = ScopedRelatedField(
        queryset=Person.objects.all(), required=False, allow_null=True, default=None
    )
    holder_name = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default=""
    )
    relation = serializers.ChoiceField(RELATIONS, required=False, default="")
    on = serializers.DateField(required=False, allow_null=True, default=None)


class MoveOutSerializer(VerbSerializer):
    """When the household left."""

    on = serializers.DateField()


class RevealSerializer(VerbSerializer):
    """Which number is needed whole, of whom (the head), and why."""

    kind = serializers.ChoiceField(PersonalKind.choices)
    person = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    note = serializers.CharField(max_length=500)


class RevealedSerializer(serializers.Serializer):
    """A whole number, in this answer only."""

    kind = serializers.CharField()
    value = serializers.CharField()


class HouseholdViewSet(PartsMixin, CreateMixin, EditMixin, ReadViewSet):
    """Household files (一户一档)."""

    queryset = Household.objects.select_related("dwelling__village").prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("person")), "accounts"
    )
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdFilters
    ordering = "pinyin"
    sortable = ("pinyin", "updated_at")

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """A new file also needs its village, and may name an account."""
        return NewHouseholdSerializer if self.action == "create" else HouseholdSerializer

    def shown(self, obj: Any, status: int = 200) -> Response:
        """Return a household as everybody reads it, also right after it was recorded."""
        fresh = self.every.get(pk=obj.pk)
        context = self.get_serializer_context()
        return Response(HouseholdSerializer(fresh, context=context).data, status=status)

    def save_new(self, values: dict[str, Any]) -> Household:
        """Open the file."""
        village = values.pop("village")
        return households.record_household(village, actor=self.actor, **values)

    def save_changes(self, obj: Any, changes: dict[str, Any], version: int) -> Household:
        """Change household, dwelling and head."""
        return households.edit_household(obj, changes, actor=self.actor, version=version)

    @verb(CHANGE, AddMemberSerializer)
    def add_member(self, obj: Household, values: dict[str, Any]) -> Household:
        """Add a person."""
        members.add_member(obj, actor=self.actor, **values)
        return obj

    @verb(CHANGE, EndMembershipSerializer)
    def end_membership(self, obj: Household, values: dict[str, Any]) -> Household:
        """End the time of a member in the household."""
        members.end_membership(values.pop("membership"), actor=self.actor, **values)
        return obj

    @verb(CHANGE, ChangeHeadSerializer, parser_classes=[MultiPartParser])
    def change_head(self, obj: Household, values: dict[str, Any]) -> Household:
        """Make another member the head, by the paper that proves it."""
        return members.change_head(values.pop("membership"), actor=self.actor, **values)

    @verb(CHANGE, SplitSerializer)
    def split(self, obj: Household, values: dict[str, Any]) -> Household:
        """Give members a household of their own, with which it answers."""
        return households.split(obj, values.pop("memberships"), actor=self.actor, **values)

    @verb(CHANGE, ChangeAccountSerializer)
    def change_account(self, obj: Household, values: dict[str, Any]) -> Household:
        """Pay to another account from a day on."""
        accounts.change_account(obj, actor=self.actor, **values)
        return obj

    @verb(CHANGE, MoveOutSerializer)
    def move_out(self, obj: Household, values: dict[str, Any]) -> Household:
        """Record that the household left its dwelling."""
        return households.move_out(obj, actor=self.actor, **values)

    @extend_schema(request=RevealSerializer, responses=RevealedSerializer)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        """Return a whole number and keep in the history who asked and why."""
        household = self.get_object()
        self.require("grants.reveal_household", household)
        entries = RevealSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        given = entries.validated_data
        person = None
        if "person" in given:
            who = household.memberships.filter(person_id=given["person"])
            person = get_object_or_404(who.select_related("person")).person
        plain = personal.reveal(
            household, given["kind"], actor=self.actor, reason=given["note"], person=person
        )
        return Response(
            {"kind": given["kind"], "value": plain}, headers={"Cache-Control": "no-store"}
        )
