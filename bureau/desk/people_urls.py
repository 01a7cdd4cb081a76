"""The pages of those who run the portal: users, roles, postings, deputies, the door."""

from django.urls import path

from bureau.desk.registers import audit, delegations, postings, roles, signins, user_verbs, users
from bureau.desk.routes import noun

urlpatterns = [
    *noun(
        "users",
        "user",
        list=users.UserList,
        detail=users.UserPage,
        create=users.UserCreate,
        edit=users.UserEdit,
    ),
    path("users/<int:pk>/<slug:verb>/", user_verbs.user_verb, name="user_verb"),
    *noun(
        "roles",
        "role",
        list=roles.RoleList,
        detail=roles.RolePage,
        create=roles.RoleCreate,
        edit=roles.RoleEdit,
        archive=roles.RoleArchive,
    ),
    *noun(
        "postings",
        "posting",
        list=postings.PostingList,
        detail=postings.PostingPage,
        create=postings.PostingCreate,
    ),
    path("postings/<int:pk>/end/", postings.end_posting, name="posting_end"),
    *noun(
        "delegations",
        "delegation",
        list=delegations.DelegationList,
        detail=delegations.DelegationPage,
        create=delegations.DelegationCreate,
    ),
    path("delegations/<int:pk>/end/", delegations.end_delegation, name="delegation_end"),
    path("audit/", audit.AuditList.as_view(), name="auditentry_list"),
    path("audit/<int:pk>/", audit.AuditPage.as_view(), name="auditentry_detail"),
    path("audit/seals/", audit.SealList.as_view(), name="auditseal_list"),
    path("sign-ins/", signins.SignInList.as_view(), name="signin_list"),
]
