"""The addresses of clean-heating subsidies."""

from django.urls import path

from grants.views import calculator, progress
from grants.views.acceptance import SHEETS
from grants.views.claim_routes import CLAIMS
from grants.views.duplicates import DUPLICATES
from grants.views.households import HOUSEHOLDS
from grants.views.policies import POLICIES
from grants.views.reinspection import DRAWS
from grants.views.targets import TARGETS

app_name = "grants"

urlpatterns = [
    path("calculator/", calculator.page, name="calculator"),
    path("progress/", progress.page, name="progress"),
    *POLICIES,
    *TARGETS,
    *CLAIMS,
    *SHEETS,
    *DRAWS,
    *DUPLICATES,
    *HOUSEHOLDS,
]
