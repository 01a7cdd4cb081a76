"""Every address of the portal; apps are named by dotted strings only."""

from django.urls import include, path

from bureau.desk.api.routing import assemble

API = (
    ("divisions", "bureau.desk.api.places.DivisionViewSet"),
    ("managing-areas", "bureau.desk.api.places.ManagingAreaViewSet"),
    ("calendar-years", "bureau.desk.api.calendar.CalendarYearViewSet"),
    ("calendar-days", "bureau.desk.api.calendar.CalendarDayViewSet"),
    ("documents", "bureau.desk.api.documents.DocumentViewSet"),
    ("number-series", "bureau.desk.api.documents.SeriesViewSet"),
    ("document-numbers", "bureau.desk.api.documents.NumberViewSet"),
    ("organisations", "bureau.desk.api.nouns.OrganisationViewSet"),
    ("users", "bureau.desk.api.accounts.UserViewSet"),
    ("roles", "bureau.desk.api.accounts.RoleViewSet"),
    ("postings", "bureau.desk.api.people.PostingViewSet"),
    ("delegations", "bureau.desk.api.people.DelegationViewSet"),
    ("audit-entries", "bureau.desk.api.people.AuditEntryViewSet"),
    ("sign-ins", "bureau.desk.api.people.SignInViewSet"),
    ("heat-sources", "heating.api.registry.HeatSourceViewSet"),
    ("estates", "heating.api.registry.EstateViewSet"),
    ("substations", "heating.api.registry.SubstationViewSet"),
    ("handovers", "heating.api.handover.HandoverViewSet"),
    ("reports/handover-funnel", "heating.api.reports.HandoverFunnel"),
    ("reports/direct-supply", "heating.api.reports.DirectSupply"),
    ("use-checks", "grants.api.use_checks.UseCheckViewSet"),
    ("claims", "grants.api.claims.ClaimViewSet"),
    ("duplicate-cases", "grants.api.duplicates.DuplicateViewSet"),
    ("acceptance-sheets", "grants.api.review.SheetViewSet"),
    ("reinspection-draws", "grants.api.review.DrawViewSet"),
    ("villages", "grants.api.villages.VillageViewSet"),
    ("dwellings", "grants.api.villages.DwellingViewSet"),
    ("households", "grants.api.households.HouseholdViewSet"),
    ("entitlements", "grants.api.payments.EntitlementViewSet"),
    ("payment-batches", "grants.api.payments.BatchViewSet"),
    ("payment-lines", "grants.api.payments.LineViewSet"),
    ("recoveries", "grants.api.recoveries.RecoveryViewSet"),
    ("funds", "grants.api.recoveries.FundViewSet"),
    ("public-notices", "grants.api.notices.PublicNoticeViewSet"),
    ("files", "bureau.desk.api.files.FileViewSet"),
    ("policies", "grants.api.policy.PolicyViewSet"),
    ("targets", "grants.api.policy.TargetViewSet"),
    ("village-projects", "grants.api.policy.ProjectViewSet"),
    ("subsidy-quote", "grants.api.policy.SubsidyQuote"),
    ("saved-views", "bureau.desk.api.lists.SavedViewViewSet"),
    ("bulk-runs", "bureau.desk.api.lists.BulkRunViewSet"),
    ("jobs", "bureau.desk.api.tasks.JobViewSet"),
    ("import-runs", "bureau.desk.api.imports.ImportRunViewSet"),
)

urlpatterns = [
    # What a prefix tells apart comes first: it is passed over at once, the rest address by address.
    path("api/", include(assemble(API))),
    path("jobs/", include("bureau.desk.job_urls")),
    path("exchange/", include("bureau.exchange.urls")),
    path("heating/", include("heating.urls")),
    path("grants/", include("grants.urls")),
    path("", include("bureau.desk.urls")),
    path("", include("bureau.desk.health_urls")),
    path("", include("bureau.people.urls")),
]

handler400 = "bureau.desk.errors.bad_request"
handler403 = "bureau.desk.errors.forbidden"
handler404 = "bureau.desk.errors.not_found"
handler500 = "bureau.desk.errors.broken"
