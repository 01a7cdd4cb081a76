"""Claims for programs: the list, one of them, its papers, and every verb of the workflow."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField
from bureau.desk.api.papers import papers_of
from bureau.desk.api.parsers import BoundedJSONParser
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import verb
from grants.choices import (
    AcceptanceSigner,
    ClaimPaper,
    ClaimVerb,
    HearingPurpose,
    HeatPump,
    Technology,
)
from grants.filters.claims import ClaimFilter
from grants.models import Claim, ClaimSignature, Dwelling, Hearing, Household
from grants.rules import claims as rules
from grants.services.claim_corrections import MAY_CORRECT, correct_claim
from grants.services.claim_hearings import announce_intent, record_statement
from grants.services.claim_papers import FILERS, file_paper
from grants.services.claim_verbs import do
from grants.services.claims import file_claim

HEARERS = (rules.MAY_REJECT, rules.MAY_REVOKE)


# --- What is shown -----------------------------------------------------------------------
class ClaimSignatureSerializer(serializers.ModelSerializer):
    """A signature; ``voided_at`` tells when a material correction let it fall."""

    user_name: Any = serializers.StringRelatedField(source="user", read_only=True)

    class Meta:
        model = ClaimSignature
        fields = ["verb", "permission", "user_name", "at", "revision", "voided_at"]
        read_only_fields = fields


class HearingSerializer(serializers.ModelSerializer):
    """An announced intent and what the household said to it."""

    class Meta:
        model = Hearing
        fields = [
            "id", "purpose", "reason", "announced_on", "heard_on", "statement", "waived", "used",
        ]  # fmt: skip
        read_only_fields = fields


class ClaimSerializer(NounSerializer):
    """A claim with its step, its signatures, and the verbs that lead on from here."""

    step = serializers.SerializerMethodField()
    verbs = serializers.SerializerMethodField()
    account_number: Any = serializers.CharField(source="dwelling.account_number", read_only=True)
    signatures = ClaimSignatureSerializer(many=True, read_only=True)
    hearings = HearingSerializer(many=True, read_only=True)
    amount = serializers.DecimalField(
        max_digits=10, decimal_places=2, read_only=True, allow_null=True
    )

    class Meta:
        model = Claim
        fields = [
            "id", "name", "state", "holder", "step", "verbs", "dwelling", "account_number",
            "household", "village", "programme_year", "revision", "content_hash", "technology",
            "heat_pump", "device_brand", "device_model", "device_serial", "completed_on",
            "accepted_on", "submitted_at", "approved_at", "amount", "reason", "remarks",
            "signatures", "hearings", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_step(self, claim: Claim) -> str | None:
        """Return the verb that the claim waits for."""
        return claim.step.verb.replace("_", "-") if claim.step else None

    def get_verbs(self, claim: Claim) -> list[str]:
        """Return every verb that the table lists from this state."""
        return [line.verb.replace("_", "-") for line in rules.verbs_from(claim.state)]


# --- What is taken -----------------------------------------------------------------------
class FileClaimSerializer(StrictMixin, serializers.Serializer):
    """A household and the conversion for which it claims."""

    household = ScopedRelatedField(queryset=Household.objects.present(), permission=rules.MAY_FILE)
    technology = serializers.ChoiceField(choices=Technology.choices)
    heat_pump = serializers.ChoiceField(choices=HeatPump.choices, default=HeatPump.NONE.value)
    device_brand = serializers.CharField(max_length=60, default="", allow_blank=True)
    device_model = serializers.CharField(max_length=100, default="", allow_blank=True)
    device_serial = serializers.CharField(max_length=60, default="", allow_blank=True)
    completed_on = serializers.DateField()
    remarks = serializers.CharField(max_length=2000, default="", allow_blank=True)
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)


class CorrectClaimSerializer(StrictMixin, serializers.Serializer):
    """What may be corrected; ``version`` is the one that was read."""

    version = serializers.IntegerField(min_value=1)
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    dwelling = ScopedRelatedField(
        queryset=Dwelling.objects.all(), permission=MAY_CORRECT, required=False
    )
    name = serializers.CharField(max_length=100, required=False)
    id_number = serializers.CharField(max_length=30, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    card = serializers.CharField(max_length=40, required=False)
    bank = serializers.CharField(max_length=60, required=False)
    technology = serializers.ChoiceField(choices=Technology.choices, required=False)
    heat_pump = serializers.ChoiceField(choices=HeatPump.choices, required=False)
    device_brand = serializers.CharField(max_length=60, required=False, allow_blank=True)
    device_model = serializers.CharField(max_length=100, required=False, allow_blank=True)
    device_serial = serializers.CharField(max_length=60, required=False, allow_blank=True)
    completed_on = serializers.DateField(required=False)
    remarks = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ClaimStepSerializer(VerbSerializer):
    """A verb; with ``version`` it is a conflict when somebody changed the claim since."""

    version = serializers.IntegerField(required=False, min_value=1)


class PositionSerializer(StrictMixin, serializers.Serializer):
    """Where the acceptance took place: degrees, datum, accuracy in metres."""

    latitude = PlainDecimalField(max_digits=9, decimal_places=6)
    longitude = PlainDecimalField(max_digits=9, decimal_places=6)
    datum = serializers.CharField(max_length=8, required=False, default="wgs84")
    accuracy = serializers.IntegerField(required=False, min_value=0, max_value=100_000)


class InspectionSerializer(ClaimStepSerializer):
    """The signature; with ``device_serial`` also the household's line on the sheet of the day."""

    accepted_on = serializers.DateField(required=False)
    device_serial = serializers.CharField(max_length=60, required=False)
    stove_removed = serializers.BooleanField(required=False, default=True)
    signer = serializers.ChoiceField(choices=AcceptanceSigner.choices, required=False)
    signer_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    engineer = serializers.CharField(max_length=60, required=False, allow_blank=True)
    position = PositionSerializer(required=False)
    photo = serializers.FileField(required=False)
    mandate = serializers.FileField(required=False)


class PublishSerializer(ClaimStepSerializer):
    """The photo of the posted sheet, unless it is in the notice's file already."""

    photo = serializers.FileField(required=False)


class HoldSerializer(ClaimStepSerializer):
    """The objection in ``note``, who made it and when."""

    objector = serializers.CharField(required=False, max_length=60, allow_blank=True)
    received_on = serializers.DateField(required=False)


class CorrectItemSerializer(ClaimStepSerializer):
    """What the notice should print, in ``note`` why; what is left out stays."""

    name = serializers.CharField(required=False, max_length=100)
    amount = PlainDecimalField(max_digits=10, decimal_places=2, required=False)


class IntentSerializer(StrictMixin, serializers.Serializer):
    """What the office intends, and why."""

    purpose = serializers.ChoiceField(choices=HearingPurpose.choices)
    reason = serializers.CharField(max_length=500)
    announced_on = serializers.DateField(required=False)


class StatementSerializer(StrictMixin, serializers.Serializer):
    """What the household said, or that it made no statement."""

    purpose = serializers.ChoiceField(choices=HearingPurpose.choices)
    statement = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    waived = serializers.BooleanField(required=False, default=False)
    heard_on = serializers.DateField(required=False)


# --- The views ---------------------------------------------------------------------------
class ClaimViewSet(papers_of(ClaimPaper, FILERS, file_paper)):  # type: ignore[misc]
    """Claims for clean-heating subsidies and every verb of their workflow."""

    queryset = Claim.objects.with_page_data()
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    ordering = "-pk"
    sortable = ("pinyin", "completed_on", "updated_at")

    @extend_schema(request=FileClaimSerializer, responses={201: ClaimSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """File the claim of a household."""
        self.require(rules.MAY_FILE)
        entries = FileClaimSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        made = file_claim(actor=request.user, **entries.validated_data)
        return self.shown(made, status=201)

    @extend_schema(request=CorrectClaimSerializer, responses=ClaimSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Correct what the claim says; ``version`` is required."""
        claim = self.get_object()
        self.require(MAY_CORRECT, claim)
        entries = CorrectClaimSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        given = dict(entries.validated_data)
        version, reason = given.pop("version"), given.pop("note")
        done = correct_claim(claim, given, actor=request.user, version=version, reason=reason)
        return self.shown(done)

    @extend_schema(request=CorrectClaimSerializer, responses=ClaimSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Correct what the claim says; whatever is left out stays."""
        return self.partial_update(request, *args, **kwargs)

    def _do(self, name: ClaimVerb, obj: Claim, values: dict[str, Any]) -> Claim:
        return do(name.value, obj, actor=self.request.user, **values)

    @verb(rules.MAY_SUBMIT, ClaimStepSerializer)
    def submit(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Hand a complete file in."""
        return self._do(ClaimVerb.SUBMIT, obj, values)

    @verb(rules.MAY_PASS_TOWNSHIP, ClaimStepSerializer)
    def pass_township(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Pass the town's review."""
        return self._do(ClaimVerb.PASS_TOWNSHIP, obj, values)

    @verb(
        rules.MAY_PASS_INSPECTION,
        InspectionSerializer,
        parser_classes=[BoundedJSONParser, MultiPartParser],
    )
    def pass_inspection(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Sign the town's acceptance; the second of two people moves the claim."""
        return self._do(ClaimVerb.PASS_INSPECTION, obj, values)

    @verb(rules.MAY_PASS_COUNTY, ClaimStepSerializer)
    def pass_county(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Pass the county's review."""
        return self._do(ClaimVerb.PASS_COUNTY, obj, values)

    @verb(rules.MAY_PUBLISH, PublishSerializer, parser_classes=[BoundedJSONParser, MultiPartParser])
    def publish(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Post the notice on whose sheet the claim stands, with everybody on it."""
        return self._do(ClaimVerb.PUBLISH, obj, values)

    @verb(rules.MAY_APPROVE, ClaimStepSerializer)
    def approve(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Approve one claim whose public notice is over."""
        return self._do(ClaimVerb.APPROVE, obj, values)

    @verb(rules.MAY_HOLD, HoldSerializer)
    def hold(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Hold the claim for an objection, which ``note`` tells."""
        return self._do(ClaimVerb.HOLD, obj, values)

    @verb(rules.MAY_HOLD, ClaimStepSerializer)
    def release(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Let a held claim go on after its objections were decided."""
        return self._do(ClaimVerb.RELEASE, obj, values)

    @verb(rules.MAY_CORRECT_ITEM, CorrectItemSerializer)
    def correct_item(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Correct spelling or amount in the notice; this household's period starts anew."""
        return self._do(ClaimVerb.CORRECT_ITEM, obj, values)

    @verb(rules.by(ClaimVerb.RETURN), ClaimStepSerializer)
    def return_(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Send the claim back to be corrected; ``note`` says what to mend."""
        return self._do(ClaimVerb.RETURN, obj, values)

    @verb(rules.MAY_REJECT, ClaimStepSerializer)
    def reject(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Reject the claim after the household was heard."""
        return self._do(ClaimVerb.REJECT, obj, values)

    @verb(rules.MAY_WITHDRAW, ClaimStepSerializer)
    def withdraw(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Take the claim back, with a reason."""
        return self._do(ClaimVerb.WITHDRAW, obj, values)

    @verb(rules.MAY_REVOKE, ClaimStepSerializer)
    def revoke(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Sign the revocation; the second person's signature carries it out."""
        return self._do(ClaimVerb.REVOKE, obj, values)

    @verb(HEARERS, IntentSerializer)
    def announce_intent(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Announce to the household what the office intends."""
        announce_intent(obj, actor=self.request.user, **values)
        return obj

    @verb(HEARERS, StatementSerializer)
    def record_statement(self, obj: Claim, values: dict[str, Any]) -> Claim:
        """Record the household's statement, or that it made none."""
        record_statement(obj, actor=self.request.user, **values)
        return obj
