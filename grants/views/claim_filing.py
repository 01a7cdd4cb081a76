"""Filing: a household with its claim on one page, and the photos, one by one or many at once."""

from typing import Any, ClassVar

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bureau.core import clock
from bureau.desk.attempts import attempt
from bureau.desk.views import CreatePage, subject
from grants.filters.claims import ClaimFilter
from grants.forms.claim_filing import FilingForm, NewClaimForm, OnePhotoForm, PhotosForm
from grants.models import Claim, Household
from grants.rules import claims as rules
from grants.services.claim_corrections import MAY_CORRECT
from grants.services.claim_filing import file_household
from grants.services.claim_papers import file_paper
from grants.services.claim_photos import file_photos
from grants.services.claims import file_claim
from grants.views.household_parts import say_doubts

CODES = 300
"""Codes on one printout; a village has fewer households that are still open."""


class ClaimCreate(CreatePage):
    """One household, its dwelling, its account and its conversion."""

    form: ClassVar[Any] = FilingForm
    title = gettext_lazy("File a household")
    list_title = gettext_lazy("Subsidy claims")
    icon = "home-plus"
    keeps_drafts = False

    @property
    def model(self) -> Any:
        return Claim

    def save(self, form: Any) -> Claim:
        household, claim, photo = form.parts
        say_doubts(self.request, household)
        village = household.pop("village")
        return file_household(
            village, actor=self.request.user, household=household, claim=claim, photo=photo
        )


class HouseholdClaim(CreatePage):
    """The claim of a household whose file is there already."""

    form: ClassVar[Any] = NewClaimForm
    list_title = gettext_lazy("Subsidy claims")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        present = Household.objects.select_related("dwelling")
        self.household = subject(request, present, kwargs["pk"], rules.MAY_FILE)
        self.title = _("File the claim of %(name)s") % {"name": self.household.name}
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: Any) -> Claim:
        given = dict(form.values)
        photo = given.pop("photo_after")
        made = file_claim(self.household, actor=self.request.user, **given)
        if photo is not None:
            file_paper(made, photo, actor=self.request.user, kind="photo_after")
        return made


@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest) -> HttpResponse:
    """File many photos by the device numbers in their names; every one gets its answer."""
    if not request.user.has_perm(MAY_CORRECT):
        raise PermissionDenied
    form, filed, status = PhotosForm(user=request.user), [], 200
    if request.method == "POST":
        form = PhotosForm(request.POST, request.FILES, user=request.user)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            filed = file_photos(given["photos"], actor=request.user, kind=given["kind"])
            status = 200
    context = {
        "title": _("Photos of many households"),
        "form": form,
        "filed": filed,
        "codes_url": reverse("grants:claim_codes"),
    }
    return render(request, "grants/claim_photos.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the photo of one household with the phone; a printed code leads here."""
    claim = subject(request, Claim.objects.with_row_data(), pk, MAY_CORRECT)
    form, status = OnePhotoForm(user=request.user), 200
    if request.method == "POST":
        form = OnePhotoForm(request.POST, request.FILES, user=request.user)

        def call() -> Any:
            given = form.cleaned_data
            return file_paper(claim, given["photo"], actor=request.user, kind=given["kind"])

        tried = attempt(form, call)
        if tried.is_done:
            messages.success(request, _("The photo is in the file of %s.") % claim.name)
            return redirect(request.path)
        status = tried.status
    context = {"title": claim.name, "claim": claim, "form": form}
    return render(request, "grants/claim_photo.html", context, status=status)


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Print a sheet of codes, one a claim of the list's filters, each to its upload page."""
    if not request.user.has_perm(MAY_CORRECT):
        raise PermissionDenied
    mine = Claim.objects.visible_to(request.user, MAY_CORRECT).filter(state__in=rules.OPEN)
    filters = ClaimFilter(request.GET, mine, user=request.user)
    rows = filters.filter_queryset(mine).with_row_data().order_by("village_id", "pinyin", "pk")
    context = {
        "title": _("Photo codes of households"),
        "codes": [(claim, _code(request, claim)) for claim in rows[:CODES]],
        "today": clock.today(),
        "filled_by": request.user,
    }
    return render(request, "print/claim_codes.html", context)


def _code(request: HttpRequest, claim: Claim) -> str:
    """Return a QR code of the claim's upload page as the address of a picture."""
    address = request.build_absolute_uri(reverse("grants:claim_photo", args=[claim.pk]))
    return segno.make(address, error="m").svg_data_uri(scale=3)
