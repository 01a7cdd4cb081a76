"""Correcting a claim: its own facts, and those of the household that may be mended with it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.desk.views import EditPage
from grants.forms.claim_edit import ClaimForm
from grants.models import Claim
from grants.services.claim_corrections import correct_claim


class ClaimEdit(EditPage):
    """The form of a claim; what is material can be changed in draft or after a return only."""

    queryset = Claim.objects.with_page_data()
    form = ClaimForm
    list_title = _("Subsidy claims")

    def save(self, form: Any) -> Claim:
        return correct_claim(
            self.object,
            form.changes,
            actor=self.request.user,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
