"""The forms of use checks."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau.desk.forms import DeskForm, PlainDecimalField
from grants.forms.notices import VerbForm
from grants.services.use_checks import Tick, proposal

NUMBER = re.compile(r"\d{1,10}(\.\d{1,2})?\Z")
REASONS = (
    _("Nobody lived there in winter"),
    _("Heated with something else"),
    _("The device was broken"),
    _("The household moved away"),
)
"""What villages most often write; any other reason can be typed."""


class OpenForm(DeskForm):
    """The village and the season (its first year) whose list is opened."""

    village = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    season = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=2200)


class ReturnForm(VerbForm):
    """Why a list goes back to its village."""

    note = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class TickForm(DeskForm):
    """The ticks of a whole village in one form: a tick, a reason and a meter for each household.

    A row whose number is not among ``lines`` is not read.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    minimum = PlainDecimalField(
        label=_("Minimum consumption (kWh or m³)"), required=False, max_digits=12,
        decimal_places=2, min_value=Decimal(0),
        help_text=_("A meter that shows less proposes that the device was not used."),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.faulty: dict[int, str] = {}

    def clean(self) -> dict[str, Any]:
        """Read the rows; a meter that is no number is named beside its household."""
        values = super().clean() or {}
        data: Any = self.data
        used = set(data.getlist("used")) if isinstance(data, QueryDict) else set()
        values["ticks"] = {}
        for line in self.lines:
            if line.stopped:
                continue
            key = str(line.claim_id)
            written = data.get(f"reading-{key}", "").strip()
            if written and not NUMBER.match(written):
                self.faulty[line.claim_id] = str(_("“%(value)s” is no consumption."))
                self.faulty[line.claim_id] %= {"value": written[:20]}
                continue
            reading = Decimal(written) if written else None
            reason = data.get(f"reason-{key}", "").replace("\x00", "")
            tick = Tick(key in used, reason, reading)
            values["ticks"][line.claim_id] = self._proposed(line, tick, values.get("minimum"))
        for name in self.faulty.values():
            self.add_error(None, name)
        return values

    @staticmethod
    def _proposed(line: Any, tick: Tick, minimum: Decimal | None) -> Tick:
        """Untick a household whose new reading is under the minimum, unless it was said anew."""
        fresh = tick.reading is not None and tick.reading != line.reading
        return (proposal(tick.reading, minimum) or tick) if fresh and tick.used else tick
