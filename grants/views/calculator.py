"""What a conversion is worth, for everybody who asks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.forms import refuse
from grants.forms.policy import QuoteForm
from grants.models import Rate
from grants.rules.rates import Quote, Wanted
from grants.services.rate_book import RateBook, area_key


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as the page shows it, each amount with the rate behind it."""

    quote: Quote
    rates: dict[int, Rate]

    @property
    def build_rate(self) -> Rate:
        """The rate of the construction subsidy."""
        return self.rates[self.quote.build.pk]

    @property
    def seasons(self) -> list[tuple[Any, Rate]]:
        """The seasons of operation with their rates."""
        return [(one, self.rates[one.rate.pk]) for one in self.quote.operate]

    @property
    def total(self) -> Decimal:
        """Everything together, in yuan."""
        return self.quote.build.amount + sum(one.amount for one in self.quote.operate)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Draw the form and, once it is filled in, what the conversion is worth."""
    asked = request.GET if "technology" in request.GET else None
    start = {"programme_year": clock.today().year, "accepted_on": clock.today()}
    form, found = QuoteForm(asked, initial=start), None
    if asked is not None and form.is_valid():
        try:
            found = _answer(form.cleaned_data)
        except BusinessError as error:
            refuse(form, error.sentence)
    context = {
        "form": form,
        "found": found,
        "title": _("Subsidy calculator"),
        "shell": "base.html" if request.user.is_authenticated else "base_plain.html",
    }
    return render(request, "grants/calculator.html", context)


def _answer(asked: dict[str, Any]) -> Shown:
    wanted = Wanted(
        asked["technology"],
        asked["heat_pump"] or "none",
        asked["programme_year"],
        area_key(asked["area"]),
    )
    quote = RateBook.load().quote(wanted, asked["accepted_on"])
    used = {quote.build.pk, *(one.rate.pk for one in quote.operate)}
    return Shown(quote, Rate.objects.select_related("policy__document").in_bulk(used))
