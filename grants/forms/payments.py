"""Forms of batches, recoveries and funds; each verb's form hands its values on by ``given``."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.desk.area_field import AreaField, places_of
from bureau.desk.forms import DayField, DeskForm, KeptForm, PlainDecimalField
from grants.choices import BatchState, LineState
from grants.forms.areas import AreaForm
from grants.forms.policy import YearField
from grants.models import Entitlement, Fund, PaymentBatch, PaymentLine, Recovery
from grants.rules import payments as rules

FEN = Decimal("0.01")
OFFERED = 200


class BatchForm(KeptForm):
    """Of which area, kind and fiscal year a new batch is."""

    area = AreaField(permission=rules.MAY_CREATE)
    fiscal_year = YearField(label=_("Fiscal year"))

    class Meta:
        model = PaymentBatch
        fields = ("kind", "fiscal_year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.bind_to(self.user)
        self.initial["fiscal_year"] = self.initial.get("fiscal_year") or clock.today().year
        self.order_fields(["area"])


class StepForm(DeskForm):
    """A verb of a batch, an entitlement or a recovery, drawn from a version."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=500
    )

    def __init__(self, *args: Any, subject: Any = None, **kwargs: Any) -> None:
        if subject is not None:
            kwargs["initial"] = {"version": subject.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    @property
    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


class ReasonedForm(StepForm):
    """A verb that needs a reason."""

    note = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class LockForm(StepForm):
    """Whether what may not be paid any more is dropped."""

    drop_ineligible = forms.BooleanField(
        label=_("Take out lines that may not be paid any more"),
        required=False,
        help_text=_("Otherwise the first of them is named and nothing is locked."),
    )


class ReceiptForm(StepForm):
    """The bank's answer as a file."""

    upload = forms.FileField(
        label=_("Receipt (csv or workbook)"),
        help_text=_(
            "Columns: reference, amount, card tail, result (paid, failed or returned), reason, "
            "date; the last line: total, number of rows, sum. Chinese headings are understood."
        ),
    )

    @property
    def given(self) -> dict[str, Any]:
        values = super().given
        upload = values.pop("upload")
        return values | {"name": upload.name, "data": upload.read()}


# --- Recoveries --------------------------------------------------------------------------
class AnnounceForm(StepForm):
    """How much of what was paid is to be given back, and why."""

    version = None  # type: ignore[assignment]
    amount = PlainDecimalField(
        label=_("Amount (yuan)"), min_value=FEN, max_digits=10, decimal_places=2
    )
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )

    def __init__(self, *args: Any, subject: Entitlement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class HearForm(StepForm):
    """What the household said."""

    statement = forms.CharField(
        label=_("Statement, or that the household made none"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )


class DecideForm(StepForm):
    """The remedies that the decision tells."""

    remedies = forms.CharField(
        label=_("Remedies"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class CashForm(StepForm):
    """What came back."""

    amount = PlainDecimalField(
        label=_("Amount (yuan)"), min_value=FEN, max_digits=10, decimal_places=2
    )
    on = DayField(label=_("On"), required=False)


class OffsetForm(StepForm):
    """The payment from which the rest is to be kept back: the dwelling's own, in a draft batch."""

    line = forms.ModelChoiceField(PaymentLine.objects.none(), label=_("Payment"))

    def __init__(self, *args: Any, subject: Recovery | None = None, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        if subject is not None:
            field: Any = self.fields["line"]
            field.queryset = PaymentLine.objects.visible_to(self.user).filter(
                entitlement__dwelling=subject.entitlement.dwelling_id,
                state=LineState.PENDING,
                batch__state=BatchState.DRAFT,
            )


# --- Funds -------------------------------------------------------------------------------
class FundForm(AreaForm, KeptForm):
    """Money that came from a level of government for an area."""

    area = AreaField(permission="grants.add_fund", with_city=True)
    received_on = DayField(label=_("Received on"))

    class Meta:
        model = Fund
        fields = ("document", "level", "fiscal_year", "received_on", "amount", "remarks")
        field_classes: ClassVar = {"amount": PlainDecimalField}


class AllotForm(DeskForm):
    """For which batch how much of a fund is set aside."""

    batch = forms.ModelChoiceField(
        PaymentBatch.objects.exclude(state__in=(BatchState.DRAFT, BatchState.ABORTED)),
        label=_("Batch"),
    )
    amount = PlainDecimalField(
        label=_("Amount (yuan)"), min_value=FEN, max_digits=14, decimal_places=2
    )

    def __init__(self, *args: Any, fund: Fund | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fund is not None and fund.managing_area_id is not None:
            self.narrow(**places_of(fund.managing_area))
        elif fund is not None and fund.division is not None and fund.division.parent_id:
            self.narrow(**places_of(fund.division))

    def narrow(self, **places: Any) -> None:
        """Offer the batches of one area only."""
        field: Any = self.fields["batch"]
        field.queryset = field.queryset.filter(**places)
