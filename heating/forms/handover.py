"""The forms of a handover's verbs; each hands its values to the verb's service by ``given``."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DayField, DeskForm, PlainDecimalField
from bureau.desk.legal_basis import LegalBasisField
from bureau.documents.choices import SeriesKind
from bureau.documents.models import NumberSeries
from heating.choices import ConsentBasis, CostParty, HandoverPaper, HandoverState
from heating.models import Handover, Substation
from heating.rules.handover import MAY_REGISTER, OPEN
from heating.rules.votes import Count
from heating.services.handover import Defect


def _lines(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _paper(kind: HandoverPaper) -> forms.FileField:
    return forms.FileField(
        label=kind.label,
        required=False,
        help_text=_("Scan or photo; not needed here if it is already in the file."),
    )


class VerbForm(DeskForm):
    """What a verb asks for; it sends back the version that it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = _lines(_("Note"), rows=2, required=False, max_length=2000)

    #: Fields of the handover from which an earlier pass fills the form, by field name.
    remembered: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, handover: Handover | None = None, **kwargs: Any) -> None:
        self.handover = handover
        if handover is not None:
            known = {name: getattr(handover, field) for name, field in self.remembered.items()}
            kwargs["initial"] = known | {"version": handover.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.order_fields([*(n for n in self.fields if n != "note"), "note"])

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


class ReasonedForm(VerbForm):
    """A verb that needs a reason."""

    note = _lines(_("Reason"), required=True, max_length=2000)


class NoticeForm(VerbForm):
    """The notice that demands the handover."""

    number_series = forms.ModelChoiceField(
        NumberSeries.objects.filter(
            archived_at__isnull=True, kind__in=(SeriesKind.OFFICIAL, SeriesKind.ENFORCEMENT)
        ),
        label=_("Take the next number of"),
        required=False,
        help_text=_("The register gives it when the notice is issued."),
    )
    document_number = forms.CharField(
        label=_("Or a number typed by hand"),
        max_length=60,
        required=False,
        help_text=_("As in the office's register, e.g. 聊城管字〔2026〕3号."),
    )
    demand = _lines(_("Demand"), max_length=2000)
    due_date = DayField(label=_("To be met by"))
    legal_basis = LegalBasisField(label=_("Cited legal basis"))
    paper = _paper(HandoverPaper.NOTICE)
    remembered: ClassVar[dict[str, str]] = {
        "document_number": "notice_number",
        "demand": "notice_demand",
        "due_date": "notice_due_on",
        "legal_basis": "notice_basis",
    }

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two: a series, or a number."""
        values = super().clean() or {}
        typed, series = values.get("document_number"), values.get("number_series")
        if not typed and series is None and "document_number" not in self.errors:
            self.add_error("document_number", _("Choose a series, or type a number."))
        if series is not None:
            values["document_number"] = ""
        return values


class SurveyForm(VerbForm):
    """What the inspectors found; one defect a line."""

    surveyed_on = DayField(label=_("Surveyed on"))
    equipment = _lines(_("Equipment inventory"), max_length=4000)
    blocking_defects = _lines(
        _("Defects that block the acceptance"),
        required=False,
        max_length=4000,
        help_text=_("One a line."),
    )
    other_defects = _lines(
        _("Other defects"), required=False, max_length=4000, help_text=_("One a line.")
    )
    no_defects = forms.BooleanField(label=_("No defect found"), required=False)
    debts = _lines(
        _("Debts"), rows=2, max_length=2000, help_text=_("Heating, power and water; or “none”.")
    )
    meters = _lines(_("Meters"), rows=2, max_length=2000)
    paper = _paper(HandoverPaper.SURVEY)
    remembered: ClassVar[dict[str, str]] = {
        "equipment": "equipment_inventory",
        "debts": "debts",
        "meters": "meters",
    }

    @property
    def given(self) -> dict[str, Any]:
        """Return the two lists of defects as one."""
        values = dict(self.cleaned_data)
        blocking, other = values.pop("blocking_defects"), values.pop("other_defects")
        values["defects"] = [
            Defect(line.strip(), blocking=blocks)
            for text, blocks in ((blocking, True), (other, False))
            for line in text.splitlines()
            if line.strip()
        ]
        return values

    def clean(self) -> dict[str, Any]:
        """Refuse a defect longer than the column, by its words."""
        values = super().clean() or {}
        for name in ("blocking_defects", "other_defects"):
            for line in (values.get(name) or "").splitlines():
                if len(line.strip()) > DEFECT_LENGTH:
                    sentence = _("A defect has at most %(most)s characters: “%(words)s…”")
                    self.add_error(name, sentence % {"most": DEFECT_LENGTH, "words": line[:20]})
        return values


DEFECT_LENGTH = 300


class PlanForm(VerbForm):
    """The cost and each party's share of it; a party left empty bears nothing."""

    total = PlainDecimalField(
        label=_("Cost (yuan)"), max_digits=14, decimal_places=2, min_value=Decimal(0)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = self._earlier()
        for party in CostParty:
            self.fields[f"share_{party.value}"] = PlainDecimalField(
                label=_("Share (%%): %(party)s") % {"party": party.label},
                max_digits=5,
                decimal_places=2,
                required=False,
                initial=earlier.get(party.value),
            )
        self.order_fields([*(n for n in self.fields if n != "note"), "note"])

    def _earlier(self) -> dict[str, Decimal]:
        if self.handover is None:
            return {}
        if self.handover.plan_total is not None:
            self.fields["total"].initial = self.handover.plan_total
        elif self.handover.no_defects:
            self.fields["total"].initial = Decimal("0.00")
        return {share.party: share.percent for share in self.handover.shares.all()}

    @property
    def given(self) -> dict[str, Any]:
        """Return the shares of the parties that bear something."""
        values = dict(self.cleaned_data)
        shares = [(party.value, values.pop(f"share_{party.value}")) for party in CostParty]
        values["shares"] = [(party, percent) for party, percent in shares if percent]
        return values


class ConsentForm(VerbForm):
    """The owners' consent with its counts by heads and by area."""

    basis = forms.ChoiceField(label=_("Basis of the consent"), choices=ConsentBasis.choices)
    consented_on = DayField(label=_("Date of the consent"))
    heads_total = forms.IntegerField(label=_("All owners"), min_value=0, required=False)
    heads_took_part = forms.IntegerField(label=_("Owners taking part"), min_value=0, required=False)
    heads_agreed = forms.IntegerField(label=_("Owners agreeing"), min_value=0, required=False)
    area_total = PlainDecimalField(
        label=_("Area of all owners (m²)"), decimal_places=2, max_digits=12, required=False
    )
    area_took_part = PlainDecimalField(
        label=_("Area taking part (m²)"), decimal_places=2, max_digits=12, required=False
    )
    area_agreed = PlainDecimalField(
        label=_("Area agreeing (m²)"),
        decimal_places=2,
        max_digits=12,
        required=False,
        help_text=_("At least two thirds take part and more than half of those agree, both ways."),
    )
    paper = _paper(HandoverPaper.CONSENT)
    remembered: ClassVar[dict[str, str]] = {
        "basis": "consent_basis",
        "consented_on": "consented_on",
        "heads_total": "heads_total",
        "heads_took_part": "heads_took_part",
        "heads_agreed": "heads_agreed",
        "area_total": "area_total",
        "area_took_part": "area_took_part",
        "area_agreed": "area_agreed",
    }

    @property
    def given(self) -> dict[str, Any]:
        """Return the six figures as two counts."""
        return with_counts(self.cleaned_data)


def with_counts(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the figures by heads and by area put together."""
    left = dict(values)
    for noun in ("heads", "area"):
        figures = [left.pop(f"{noun}_{which}", None) for which in FIGURES]
        left[noun] = Count(*figures)
    return left


FIGURES: Sequence[str] = ("total", "took_part", "agreed")


class SignForm(VerbForm):
    """The agreement of the three parties."""

    signed_on = DayField(label=_("Agreement signed on"))
    signatory_manager = forms.CharField(label=_("Signatory of the present manager"), max_length=60)
    signatory_company = forms.CharField(label=_("Signatory of the heating company"), max_length=60)
    signatory_bureau = forms.CharField(label=_("Signatory of the bureau"), max_length=60)
    paper = _paper(HandoverPaper.AGREEMENT)
    remembered: ClassVar[dict[str, str]] = {
        name: name
        for name in ("signed_on", "signatory_manager", "signatory_company", "signatory_bureau")
    }


class AcceptanceRecordForm(VerbForm):
    """The acceptance record, written with the company's signature or corrected after it."""

    pressure_tested_on = DayField(label=_("Pressure test passed on"))
    keys_received = forms.BooleanField(label=_("Keys received"), required=False)
    drawings_received = forms.BooleanField(label=_("Drawings received"), required=False)
    defects_listed = forms.BooleanField(
        label=_("Open defects are listed in the acceptance record"), required=False
    )
    remembered: ClassVar[dict[str, str]] = {
        name: name
        for name in (
            "pressure_tested_on",
            "keys_received",
            "drawings_received",
            "defects_listed",
        )
    }


class AcceptCompanyForm(AcceptanceRecordForm):
    """The company's signature, with the record."""

    paper = _paper(HandoverPaper.ACCEPTANCE)


class AcceptBureauForm(VerbForm):
    """The clerk's signature under the record as it stands."""

    paper = _paper(HandoverPaper.ACCEPTANCE)


class ConnectForm(VerbForm):
    """The day on which the company takes the station over."""

    effective_date = DayField(
        label=_("Effective date"), help_text=_("The present management ends the day before.")
    )


class SuspendForm(ReasonedForm):
    """Why a handover is put aside, and until when."""

    review_date = DayField(label=_("Review date"))


class RegisterForm(DeskForm):
    """The station whose handover begins."""

    station = forms.ModelChoiceField(
        label=_("Substation"), queryset=Substation.objects.none(), widget=forms.HiddenInput
    )
    note = _lines(_("Note"), rows=2, required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        station: Any = self.fields["station"]
        station.queryset = Substation.objects.visible_to(self.user, MAY_REGISTER)


class FindStationForm(DeskForm):
    """Two characters of the name of the station to be handed over."""

    q = forms.CharField(
        label=_("Name of the station"),
        max_length=60,
        help_text=_("Two characters are enough."),
    )


class DefectForm(VerbForm):
    """A defect found after the survey."""

    note = None  # type: ignore[assignment]
    description = forms.CharField(label=_("Defect"), max_length=DEFECT_LENGTH)
    blocking = forms.BooleanField(label=_("It blocks the acceptance"), required=False)


class CloseDefectForm(VerbForm):
    """When and how a defect was put right."""

    closed_on = DayField(label=_("Closed on"), required=False)
    note = forms.CharField(label=_("How it was closed"), max_length=300, required=False)


class PaperForm(DeskForm):
    """A paper for the handover's file."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=HandoverPaper.choices)
    upload = forms.FileField(
        label=_("File"), help_text=_("JPEG, PNG or WebP picture, PDF or office paper, up to 15 MB.")
    )


TIMED = OPEN


class TermForm(DeskForm):
    """Working days allowed in a state from a day on."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[(state, HandoverState(state).label) for state in TIMED],
    )
    working_days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=250)
    valid_from = DayField(label=_("From"))
    document = forms.CharField(label=_("Document"), max_length=100, required=False)
