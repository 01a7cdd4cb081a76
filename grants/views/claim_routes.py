"""The addresses of claims."""

from django.urls import path

from bureau.desk.routes import noun
from grants.views import claim_verbs
from grants.views.claim_edit import ClaimEdit
from grants.views.claims import ClaimList, ClaimPage

CLAIMS = [
    *noun("claims", "claim", list=ClaimList, detail=ClaimPage, edit=ClaimEdit),
    path("claims/<int:pk>/papers/", claim_verbs.add_paper, name="claim_paper"),
    path(
        "claims/<int:pk>/papers/<int:paper_pk>/withdraw/",
        claim_verbs.withdraw_paper,
        name="claim_withdraw_paper",
    ),
    path("claims/<int:pk>/announce/", claim_verbs.announce, name="claim_announce"),
    path("claims/<int:pk>/hear/", claim_verbs.hear, name="claim_hear"),
    path("claims/<int:pk>/<slug:verb>/", claim_verbs.verb, name="claim_verb"),
]
