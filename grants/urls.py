"""The addresses of clean-heating subsidies."""

from django.urls import path

from grants.views import calculator, progress
from grants.views.acceptance import SHEETS
from grants.views.batches import BATCHES
from grants.views.claim_routes import CLAIMS
from grants.views.duplicates import DUPLICATES
from grants.views.entitlements import ENTITLEMENTS
from grants.views.funds import FUNDS
from grants.views.households import HOUSEHOLDS
from grants.views.notice_routes import NOTICES
from grants.views.policies import POLICIES
from grants.views.recoveries import RECOVERIES
from grants.views.reinspection import DRAWS
from grants.views.targets import TARGETS
from grants.views.use_checks import USE_CHECKS

app_name = "grants"

PAYMENTS = [*RECOVERIES, *ENTITLEMENTS, *BATCHES, *FUNDS]

urlpatterns = [
    path("calculator/", calculator.page, name="calculator"),
    path("progress/", progress.page, name="progress"),
    *NOTICES,
    *POLICIES,
    *TARGETS,
    *PAYMENTS,
    *CLAIMS,
    *SHEETS,
    *DRAWS,
    *DUPLICATES,
    *HOUSEHOLDS,
    *USE_CHECKS,
]
