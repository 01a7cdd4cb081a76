"""Who is posted where and until when, to read."""

import django_filters
from django.utils.translation import gettext_lazy as _

from bureau.desk.filters import BaseFilterSet, ScopedChoiceFilter
from bureau.desk.tables import Column, DateColumn, Table
from bureau.desk.views import ListPage
from bureau.people.models import Posting, Role


class PostingTable(Table):
    """Postings, those that end soonest first."""

    user = Column(_("Name"))
    username = Column(_("User name"), "user.username")
    role = Column(_("Role"))
    ground = Column(_("Ground"))
    valid_from = DateColumn(_("First day"), sort="valid_from")
    valid_until = DateColumn(_("Last day"))
    default_sort = "valid_from"


class PostingFilter(BaseFilterSet):
    """By person's user name and by role."""

    username = django_filters.CharFilter("user__username", "exact", label=_("User name"))
    role = ScopedChoiceFilter(queryset=Role.objects.all(), label=_("Role"))


class PostingList(ListPage):
    """All postings."""

    namespace = "desk"
    queryset = Posting.objects.select_related(
        "user", "role", "division", "managing_area", "organisation"
    )
    filterset, table = PostingFilter, PostingTable
    title = _("Postings")
    description = _("What everybody may do follows from these rows alone.")
    icon = "users"
    export_name = "postings"
