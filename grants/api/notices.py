"""Public notices for programs: the list, one of them with its households, papers, every verb."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core import clock
from bureau.core.querysets import VILLAGE_LEVEL
from bureau.desk.api.fields import ScopedRelatedField
from bureau.desk.api.papers import papers_of
from bureau.desk.api.serializers import NounSerializer, StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import verb
from bureau.places.models import Division
from grants.choices import NoticePaper
from grants.filters.notices import NoticeFilter
from grants.models import Claim, NoticeItem, Objection, PublicNotice
from grants.rules import notices as rules
from grants.services.notice_papers import FILERS, file_paper
from grants.services.notices import cancel_notice, confirm_notice, create_notice, publish_notice
from grants.services.objections import decide_objection, record_objection

PAGE = PublicNotice.objects.with_page_data()


# --- What is shown -----------------------------------------------------------------------
class ObjectionSerializer(serializers.ModelSerializer):
    """An objection to one household."""

    class Meta:
        model = Objection
        fields = [
            "id", "received_on", "text", "objector", "state", "decision", "decided_on", "paper",
        ]  # fmt: skip
        read_only_fields = fields


class ItemSerializer(serializers.ModelSerializer):
    """A household as printed; ``last_day`` is its own after a correction, else the notice's."""

    claim_state = serializers.CharField(source="claim.state", read_only=True)
    last_day = serializers.DateField(read_only=True, allow_null=True)
    objections = ObjectionSerializer(many=True, read_only=True)

    class Meta:
        model = NoticeItem
        fields = [
            "id", "claim", "claim_state", "position", "name", "id_mask", "technology", "amount",
            "starts_on", "last_day", "corrected_at", "withdrawn_at", "objections",
        ]  # fmt: skip
        read_only_fields = fields


class PublicNoticeSerializer(NounSerializer):
    """A notice with its period, number of households and sum in yuan."""

    name = serializers.CharField(source="__str__", read_only=True)
    households = serializers.IntegerField(read_only=True, allow_null=True)
    held = serializers.IntegerField(read_only=True, allow_null=True)
    total = serializers.DecimalField(14, 2, read_only=True, allow_null=True)
    over = serializers.SerializerMethodField()

    class Meta:
        model = PublicNotice
        fields = [
            "id", "name", "number", "village", "programme_year", "state", "days", "working_days",
            "published_on", "starts_on", "ends_on", "pending_year", "over", "households", "held",
            "total", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_over(self, notice: PublicNotice) -> bool:
        """Tell whether the common period has passed."""
        return notice.is_over(clock.today())


class OneNoticeSerializer(PublicNoticeSerializer):
    """A notice with every household on it."""

    items = serializers.SerializerMethodField()

    class Meta(PublicNoticeSerializer.Meta):
        fields = [*PublicNoticeSerializer.Meta.fields, "items"]
        read_only_fields = fields

    @extend_schema(responses=ItemSerializer(many=True))
    def get_items(self, notice: PublicNotice) -> list[dict[str, Any]]:
        """Return the households in the order of the sheet."""
        rows = NoticeItem.objects.of_notice(notice).with_row_data()
        return ItemSerializer(rows, many=True).data


# --- What the verbs take -----------------------------------------------------------------
class CreateSerializer(StrictMixin, serializers.Serializer):
    """The village and its claims that wait; without ``claims`` all of them."""

    village = ScopedRelatedField(
        queryset=Division.objects.filter(level=VILLAGE_LEVEL), permission=rules.MAY_KEEP
    )
    claims = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        allow_empty=False,
        max_length=20_000,
    )
    number = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    days = serializers.IntegerField(required=False, default=rules.SHORTEST, max_value=60)
    working_days = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take only claims within scope; one elsewhere is answered as if it did not exist."""
        user = self.context["request"].user
        seen = Claim.objects.visible_to(user, rules.MAY_KEEP)
        if "claims" not in attrs:
            waiting = seen.filter(village=attrs["village"]).awaiting_notice()
            attrs["claims"] = list(waiting.order_by("pk").values_list("pk", flat=True))
            return attrs
        wanted = set(attrs["claims"])
        if seen.filter(pk__in=wanted).count() != len(wanted):
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError({"claims": [sentence]})
        return attrs


class NoticeStepSerializer(VerbSerializer):
    """A verb; with ``version`` it is a conflict when somebody changed the notice since."""

    version = serializers.IntegerField(required=False, min_value=1)


class _OfItemSerializer(StrictMixin, serializers.Serializer):
    """Names a household of the notice by its item, or by its claim."""

    item = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    claim = serializers.IntegerField(required=False, min_value=1, max_value=2**62)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Find the item on the notice."""
        item, claim = attrs.pop("item", None), attrs.pop("claim", None)
        listed = NoticeItem.objects.of_notice(self.context["object"]).select_related("claim")
        named = {"pk": item} if item is not None else {"claim_id": claim}
        found = listed.filter(**named).order_by("withdrawn_at").last() if item or claim else None
        if found is None:
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError({"claim" if claim else "item": [sentence]})
        return attrs | {"item": found}


class ObjectSerializer(_OfItemSerializer):
    """An objection to one household."""

    text = serializers.CharField(max_length=4000)
    objector = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    received_on = serializers.DateField(required=False)


class DecideObjectionSerializer(StrictMixin, serializers.Serializer):
    """The decision on an objection; its signed paper was sent to ``papers/`` before."""

    objection = serializers.IntegerField(min_value=1, max_value=2**62)
    upheld = serializers.BooleanField()
    decision = serializers.CharField(max_length=4000)
    decided_on = serializers.DateField(required=False)


# --- The views ---------------------------------------------------------------------------
class PublicNoticeViewSet(papers_of(NoticePaper, FILERS, file_paper)):  # type: ignore[misc]
    """Public notices of villages, their households and objections."""

    queryset = PAGE
    serializer_class = PublicNoticeSerializer
    filterset_class = NoticeFilter
    ordering = "-pk"
    sortable = ("updated_at",)

    def get_serializer_class(self) -> Any:
        """Show one notice with its households, a list without."""
        return PublicNoticeSerializer if self.action == "list" else OneNoticeSerializer

    @extend_schema(request=CreateSerializer, responses={201: OneNoticeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Draw up the sheet of a village."""
        self.require(rules.MAY_KEEP)
        entries = CreateSerializer(data=request.data, context=self.get_serializer_context())
        entries.is_valid(raise_exception=True)
        made = create_notice(actor=request.user, **entries.validated_data)
        return self.shown(made, status=201)

    @verb(rules.MAY_PUBLISH, NoticeStepSerializer)
    def publish(self, obj: PublicNotice, values: dict[str, Any]) -> PublicNotice:
        """Record that the sheet hangs; its photo was sent to ``papers/`` before."""
        return publish_notice(obj, actor=self.request.user, **values)

    @verb(rules.MAY_CONFIRM, NoticeStepSerializer)
    def confirm(self, obj: PublicNotice, values: dict[str, Any]) -> PublicNotice:
        """Approve every household that is over and not held; the others stay behind."""
        return confirm_notice(obj, actor=self.request.user, **values)

    @verb(rules.MAY_KEEP, NoticeStepSerializer)
    def cancel(self, obj: PublicNotice, values: dict[str, Any]) -> PublicNotice:
        """Give up a notice that was not posted yet, with a reason."""
        return cancel_notice(obj, actor=self.request.user, **values)

    @verb(rules.MAY_HOLD, ObjectSerializer)
    def object(self, obj: PublicNotice, values: dict[str, Any]) -> PublicNotice:
        """Record an objection to one household, which is held until it is decided."""
        record_objection(actor=self.request.user, **values)
        return obj

    @verb(rules.MAY_HOLD, DecideObjectionSerializer)
    def decide_objection(self, obj: PublicNotice, values: dict[str, Any]) -> PublicNotice:
        """Decide an objection to a household of this notice."""
        pk = values.pop("objection")
        found = Objection.objects.filter(item__notice=obj, pk=pk)
        objection = found.select_related("item__claim").first()
        if objection is None:
            sentence = ScopedRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError({"objection": [sentence]})
        decide_objection(objection, actor=self.request.user, **values)
        return obj
