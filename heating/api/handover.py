"""Handovers for programs: the list, one of them, its papers, and every verb of the workflow."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core import clock
from bureau.core.transitions import find
from bureau.desk.api.fields import PlainDecimalField, ScopedRelatedField
from bureau.desk.api.papers import papers_of
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import verb
from bureau.documents.models import Article
from heating.choices import (
    ConsentBasis,
    CostParty,
    HandoverPaper,
    HandoverState,
    HandoverVerb,
)
from heating.filters.handover import HandoverFilter
from heating.forms.handover import with_counts
from heating.models import (
    Handover,
    HandoverCostShare,
    HandoverDefect,
    HandoverSignature,
    Substation,
)
from heating.rules import handover as rules
from heating.services.handover import Defect
from heating.services.handover_file import FILERS, KEEPERS, add_defect, close_defect, file_paper
from heating.services.handover_opening import register_handover
from heating.services.handover_verbs import do


def by(verb_name: HandoverVerb) -> tuple[str, ...]:
    """Return the permissions of which one opens a verb."""
    return find(rules.WORKFLOW, verb_name.value).signatures


# --- What is shown -----------------------------------------------------------------------
class DefectSerializer(serializers.ModelSerializer):
    """A defect of a survey."""

    class Meta:
        model = HandoverDefect
        fields = [
            "id",
            "survey_round",
            "number",
            "description",
            "blocking",
            "closed_on",
            "closing_note",
        ]
        read_only_fields = fields


class ShareSerializer(serializers.ModelSerializer):
    """A party's share of the cost."""

    class Meta:
        model = HandoverCostShare
        fields = ["party", "percent", "amount"]
        read_only_fields = fields


class SignatureSerializer(serializers.ModelSerializer):
    """A signature; ``live`` tells whether it still counts."""

    user_name: Any = serializers.StringRelatedField(source="user", read_only=True)
    live = serializers.SerializerMethodField()

    class Meta:
        model = HandoverSignature
        fields = ["verb", "permission", "user_name", "at", "revision", "live"]
        read_only_fields = fields

    def get_live(self, signature: HandoverSignature) -> bool:
        """Tell whether nothing was edited since."""
        return signature.revision == self.context["handover_revision"]


class HandoverSerializer(NounSerializer):
    """A handover with its clock, what was recorded, and the verbs that lead on from here."""

    name = serializers.CharField(source="__str__", read_only=True)
    state_before = serializers.ChoiceField(
        choices=HandoverState.choices, allow_blank=True, read_only=True
    )
    step = serializers.SerializerMethodField()
    verbs = serializers.SerializerMethodField()
    overdue = serializers.SerializerMethodField()
    heating_company: Any = serializers.PrimaryKeyRelatedField(
        source="station.heating_company", read_only=True, allow_null=True
    )
    legal_basis: Any = serializers.PrimaryKeyRelatedField(
        source="notice_basis", read_only=True, allow_null=True
    )
    legal_basis_text = serializers.SerializerMethodField()
    defects = DefectSerializer(many=True, read_only=True)
    shares = ShareSerializer(many=True, read_only=True)
    signatures = serializers.SerializerMethodField()
    plan_total = serializers.DecimalField(
        max_digits=14, decimal_places=2, read_only=True, allow_null=True
    )

    class Meta:
        model = Handover
        fields = [
            "id", "name", "number", "station", "state", "state_before", "holder", "step",
            "verbs", "step_due_on", "step_pending_year", "overdue", "registered_on",
            "mode_at_register", "manager_at_register", "heating_company", "reason",
            "notice_number", "notice_demand", "notice_due_on", "notice_issued_on",
            "legal_basis", "legal_basis_text",
            "surveyed_on", "equipment_inventory", "no_defects", "debts", "meters", "defects",
            "plan_total", "plan_agreed_on", "shares",
            "consent_basis", "consented_on", "heads_total", "heads_took_part", "heads_agreed",
            "area_total", "area_took_part", "area_agreed",
            "signed_on", "signatory_manager", "signatory_company", "signatory_bureau",
            "pressure_tested_on", "keys_received", "drawings_received", "defects_listed",
            "open_defects", "accepted_on", "signatures",
            "review_on", "connected_on", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_legal_basis_text(self, handover: Handover) -> str:
        """Return the article as the notice cites it; empty where it cites none."""
        return str(handover.notice_basis or "")

    def get_step(self, handover: Handover) -> str | None:
        """Return the verb that the handover waits for."""
        return handover.step.verb if handover.step else None

    def get_verbs(self, handover: Handover) -> list[str]:
        """Return every verb that the table lists from this state."""
        return [line.verb.replace("_", "-") for line in rules.verbs_from(handover.state)]

    def get_overdue(self, handover: Handover) -> bool:
        """Tell whether the step was due before today."""
        return handover.is_overdue(clock.today())

    @extend_schema_field(SignatureSerializer(many=True))
    def get_signatures(self, handover: Handover) -> Any:
        """Return the signatures under the acceptance."""
        context = {"handover_revision": handover.revision}
        return SignatureSerializer(handover.signatures.all(), many=True, context=context).data


# --- What the verbs take -----------------------------------------------------------------
class RegisterSerializer(StrictMixin, serializers.Serializer):
    """The station whose handover begins."""

    station = ScopedRelatedField(queryset=Substation.objects.all(), permission=rules.MAY_REGISTER)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class StepSerializer(VerbSerializer):
    """A verb; with ``version`` it is a conflict when somebody changed the handover since."""

    version = serializers.IntegerField(required=False, min_value=1)


class NoticeSerializer(StepSerializer):
    """The notice."""

    document_number = serializers.CharField(max_length=60)
    demand = serializers.CharField(max_length=2000)
    due_date = serializers.DateField()
    legal_basis = ScopedRelatedField(
        queryset=Article.objects.select_related("document"),
        permission="documents.view_document",
        required=False,
        allow_null=True,
    )


class FoundDefectSerializer(StrictMixin, serializers.Serializer):
    """A defect as the inspectors call it out."""

    description = serializers.CharField(max_length=300)
    blocking = serializers.BooleanField(default=False)


class SurveySerializer(StepSerializer):
    """The survey; without defects say ``no_defects``."""

    surveyed_on = serializers.DateField()
    equipment = serializers.CharField(max_length=4000)
    debts = serializers.CharField(max_length=2000)
    meters = serializers.CharField(max_length=2000)
    defects = FoundDefectSerializer(many=True, required=False, default=list)
    no_defects = serializers.BooleanField(default=False)


class GivenShareSerializer(StrictMixin, serializers.Serializer):
    """A party and its share in per cent."""

    party = serializers.ChoiceField(choices=CostParty.choices)
    percent = PlainDecimalField(max_digits=5, decimal_places=2)


class PlanSerializer(StepSerializer):
    """The cost in yuan and the shares of it."""

    total = PlainDecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0))
    shares = GivenShareSerializer(many=True, required=False, default=list)


class ConsentSerializer(StepSerializer):
    """The consent; a vote brings its counts by heads and by area (m²)."""

    basis = serializers.ChoiceField(choices=ConsentBasis.choices)
    consented_on = serializers.DateField()
    heads_total = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=10**9
    )
    heads_took_part = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=10**9
    )
    heads_agreed = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=10**9
    )
    area_total = PlainDecimalField(12, 2, required=False, allow_null=True)
    area_took_part = PlainDecimalField(12, 2, required=False, allow_null=True)
    area_agreed = PlainDecimalField(12, 2, required=False, allow_null=True)


class SignSerializer(StepSerializer):
    """The agreement of the three parties."""

    signed_on = serializers.DateField()
    signatory_manager = serializers.CharField(max_length=60)
    signatory_company = serializers.CharField(max_length=60)
    signatory_bureau = serializers.CharField(max_length=60)


class AcceptSerializer(StepSerializer):
    """The record, written with the first signature; the second one signs it as it stands."""

    pressure_tested_on = serializers.DateField(required=False)
    keys_received = serializers.BooleanField(required=False)
    drawings_received = serializers.BooleanField(required=False)
    defects_listed = serializers.BooleanField(required=False)


class ConnectSerializer(StepSerializer):
    """The day from which the company runs the station."""

    effective_date = serializers.DateField()


class SuspendSerializer(StepSerializer):
    """The reason in ``note``, and when to look at it again."""

    review_date = serializers.DateField()


class CloseDefectSerializer(StepSerializer):
    """Which defect was put right, when and how."""

    defect = serializers.IntegerField(min_value=1, max_value=2**62)
    closed_on = serializers.DateField(required=False)


# --- The views ---------------------------------------------------------------------------
class HandoverViewSet(papers_of(HandoverPaper, FILERS, file_paper)):  # type: ignore[misc]
    """Handovers of heat substations and every verb of their workflow."""

    queryset = Handover.objects.with_page_data()
    serializer_class = HandoverSerializer
    filterset_class = HandoverFilter
    ordering = "-number"
    sortable = ("number", "registered_on", "due_key", "updated_at")

    @extend_schema(request=RegisterSerializer, responses={201: HandoverSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Open the handover of a station."""
        self.require(rules.MAY_REGISTER)
        entries = RegisterSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        made = register_handover(actor=request.user, **entries.validated_data)
        return self.shown(made, status=201)

    def _do(self, name: HandoverVerb, obj: Handover, values: dict[str, Any]) -> Handover:
        return do(name.value, obj, actor=self.request.user, **values)

    @verb(by(HandoverVerb.ISSUE_NOTICE), NoticeSerializer)
    def issue_notice(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Issue the notice that demands the handover."""
        return self._do(HandoverVerb.ISSUE_NOTICE, obj, values)

    @verb(by(HandoverVerb.RECORD_SURVEY), SurveySerializer)
    def record_survey(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Record equipment, defects, debts and meters."""
        values["defects"] = [Defect(**dict(one)) for one in values["defects"]]
        return self._do(HandoverVerb.RECORD_SURVEY, obj, values)

    @verb(by(HandoverVerb.AGREE_PLAN), PlanSerializer)
    def agree_plan(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Agree who bears which share of the cost."""
        values["shares"] = [(one["party"], one["percent"]) for one in values["shares"]]
        return self._do(HandoverVerb.AGREE_PLAN, obj, values)

    @verb(by(HandoverVerb.RECORD_CONSENT), ConsentSerializer)
    def record_consent(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Record the owners' consent; its paper is sent to ``papers/`` before."""
        return self._do(HandoverVerb.RECORD_CONSENT, obj, with_counts(values))

    @verb(by(HandoverVerb.SIGN), SignSerializer)
    def sign(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Record the signed agreement; its paper is sent to ``papers/`` before."""
        return self._do(HandoverVerb.SIGN, obj, values)

    @verb(by(HandoverVerb.ACCEPT), AcceptSerializer)
    def accept(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Sign the acceptance: the company's handover officer first, then a clerk."""
        return self._do(HandoverVerb.ACCEPT, obj, values)

    @verb(by(HandoverVerb.SEND_BACK), StepSerializer)
    def send_back(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Send the handover back to the survey, with a reason."""
        return self._do(HandoverVerb.SEND_BACK, obj, values)

    @verb(by(HandoverVerb.CONNECT), ConnectSerializer)
    def connect(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Let the heating company run the station from a day on."""
        return self._do(HandoverVerb.CONNECT, obj, values)

    @verb(by(HandoverVerb.ARCHIVE), StepSerializer)
    def archive(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """File the handover away."""
        return self._do(HandoverVerb.ARCHIVE, obj, values)

    @verb(by(HandoverVerb.SUSPEND), SuspendSerializer)
    def suspend(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Put the handover aside, with a reason and a review date."""
        return self._do(HandoverVerb.SUSPEND, obj, values)

    @verb(by(HandoverVerb.RESUME), StepSerializer)
    def resume(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Take the handover up again where it was."""
        return self._do(HandoverVerb.RESUME, obj, values)

    @verb(by(HandoverVerb.CANCEL), StepSerializer)
    def cancel(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Give the handover up, with a reason."""
        return self._do(HandoverVerb.CANCEL, obj, values)

    @verb(KEEPERS, FoundDefectSerializer)
    def add_defect(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Add a defect found after the survey."""
        add_defect(obj, actor=self.request.user, **values)
        return obj

    @verb(KEEPERS, CloseDefectSerializer)
    def close_defect(self, obj: Handover, values: dict[str, Any]) -> Handover:
        """Record that a defect of this handover was put right."""
        pk = values.pop("defect")
        defect = HandoverDefect.objects.filter(handover=obj, pk=pk).first()
        if defect is None:
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError({"defect": [sentence]})
        defect.handover = obj
        close_defect(defect, actor=self.request.user, **values)
        return obj
