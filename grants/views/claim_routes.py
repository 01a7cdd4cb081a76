"""The addresses of claims."""

from django.urls import path

from bureau.desk.routes import noun
from grants.views import claim_filing, claim_parts, claim_verbs, villages
from grants.views.claim_edit import ClaimEdit
from grants.views.claims import ClaimList, ClaimPage

CLAIMS = [
    *noun(
        "claims", "claim", list=ClaimList, detail=ClaimPage, create=claim_filing.ClaimCreate,
        edit=ClaimEdit,
    ),
    path("claims/photos/", claim_filing.photos, name="claim_photos"),
    path("claims/codes/", claim_filing.codes, name="claim_codes"),
    path("claims/<int:pk>/photo/", claim_filing.photo, name="claim_photo"),
    path(
        "households/<int:pk>/claim/",
        claim_filing.HouseholdClaim.as_view(),
        name="household_file_claim",
    ),
    path("households/<int:pk>/claims/", claim_parts.household_panel, name="household_claims"),
    path("villages/", villages.page, name="village_list"),
    path("villages/silent/", villages.silent, name="village_silent"),
    path("villages/<int:pk>/", villages.detail, name="village_detail"),
    path("claims/<int:pk>/papers/", claim_verbs.add_paper, name="claim_paper"),
    path(
        "claims/<int:pk>/papers/<int:paper_pk>/withdraw/",
        claim_verbs.withdraw_paper,
        name="claim_withdraw_paper",
    ),
    path("claims/<int:pk>/announce/", claim_verbs.announce, name="claim_announce"),
    path("claims/<int:pk>/hear/", claim_verbs.hear, name="claim_hear"),
    path("claims/<int:pk>/<slug:verb>/", claim_verbs.verb, name="claim_verb"),
]  # fmt: skip
