"""What stands on top of every page: the search over all apps and the keys for programs."""

from django.urls import path

from bureau.desk.registers import tokens
from bureau.desk.views import finding

urlpatterns = [
    path("search/", finding.page, name="search"),
    path("search/live/", finding.live, name="search_live"),
    path("search/exact/", finding.exact, name="search_exact"),
    path("tokens/", tokens.tokens, name="token_list"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
]
