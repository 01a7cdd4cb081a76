"""How people like their lists: chosen columns, page size, saved views."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from bureau.core.models import BaseModel, EditableModel
from bureau.core.querysets import BaseQuerySet
from bureau.desk.querysets import SavedViewQuerySet

LONGEST_QUERY = 2000


class SavedView(EditableModel):
    """The filters, sort and columns of a list under a name.

    ``list_key`` is the list's URL name ("heating:substation_list"), ``query`` its filters as an
    address says them. A shared view is read by everybody, each within their own scope; the view
    of a role is what its holders see when they open the list.
    """

    list_key = models.CharField(_("list"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY, blank=True)
    columns = ArrayField(
        models.CharField(max_length=60), verbose_name=_("columns"), default=list, blank=True
    )
    sort = models.CharField(_("order"), max_length=61, blank=True)
    is_shared = models.BooleanField(_("shared"), default=False)
    default_for_role = models.ForeignKey(
        "people.Role",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("view of the role"),
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        permissions = [
            ("share_savedview", "Can share saved views"),
            ("set_default_savedview", "Can set the saved view of a role"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_key", "name"],
                condition=Q(archived_at__isnull=True),
                name="savedview_name",
            ),
            models.UniqueConstraint(
                fields=["list_key", "default_for_role"],
                condition=Q(archived_at__isnull=True, default_for_role__isnull=False),
                name="savedview_role",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_has_name"),
            models.CheckConstraint(
                condition=Q(default_for_role__isnull=True) | Q(is_shared=True),
                name="savedview_role_is_shared",
            ),
        ]
        indexes = [
            models.Index(
                fields=["list_key", "is_shared"],
                condition=Q(archived_at__isnull=True),
                name="savedview_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def list_url(self) -> str:
        """The address of the list; empty where the portal has no such list any more."""
        try:
            return reverse(self.list_key)
        except NoReverseMatch:
            return ""

    def get_absolute_url(self) -> str:
        return f"{self.list_url}?open={self.pk}" if self.list_url else reverse("desk:home")


class ListChoice(BaseModel):
    """How one person likes one list: columns in their order, rows per page, the view it opens with.

    ``opens_with_all`` prefers everything to the view of the role.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_key = models.CharField(_("list"), max_length=80)
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    size = models.PositiveSmallIntegerField(_("rows per page"), null=True, blank=True)
    opens_with = models.ForeignKey(
        SavedView, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opens_with_all = models.BooleanField(default=False)

    objects = BaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [
            models.UniqueConstraint(fields=["user", "list_key"], name="listchoice_one"),
            models.CheckConstraint(
                condition=Q(opens_with__isnull=True) | Q(opens_with_all=False),
                name="listchoice_opens_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.list_key
