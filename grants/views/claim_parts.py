"""What other pages show of claims."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bureau.desk.views.rows import panel
from bureau.places.models import Division
from grants.models import Claim, Household
from grants.rules import claims as rules


@require_safe
def household_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the claims of a household's dwelling, the newest first, and the way to file one."""

    def facts(household: Household) -> dict[str, Any]:
        claims = Claim.objects.visible_to(request.user).filter(dwelling=household.dwelling)
        found = list(claims.order_by("-pk"))
        live = any(one.state not in rules.DEAD for one in found)
        may_file = (
            not live and household.valid_to is None and request.user.can(rules.MAY_FILE, household)
        )
        return {"claims": found, "may_file": may_file}

    return panel(
        request, Household.objects.select_related("dwelling"), pk, "grants/_claims.html", facts,
        needs="grants.view_claim",
    )  # fmt: skip


def claims_in(place: Division, user: Any) -> int:
    """Count the claims filed under a place that ``user`` may see."""
    return Claim.objects.visible_to(user).under(place.scope_path).count()


def claims_list(place: Division) -> str:
    """Return the list of the claims of a place."""
    return f"{reverse('grants:claim_list')}?{urlencode({'place': place.code})}"
