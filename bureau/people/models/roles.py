"""What somebody in a job may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.core.addresses import page_of
from bureau.core.models import EditableModel
from bureau.people import rules
from bureau.people.choices import AdminPost
from bureau.people.querysets import RoleQuerySet
from bureau.people.roles import STANDARD_NAMES


class Role(EditableModel):
    """A set of permissions with a name; what somebody in this job may do.

    Standard roles come with the portal and follow its table; ``base`` names the standard role
    of which another one is a copy: from it follow the ground and the separate post.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    base = models.SlugField(_("copy of"), max_length=40, blank=True, editable=False)
    purpose = models.CharField(_("what it is for"), max_length=200, blank=True)
    permissions = models.ManyToManyField(
        "auth.Permission", verbose_name=_("permissions"), related_name="roles", blank=True
    )

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["code"]
        permissions = [("archive_role", "Can archive role")]

    def __str__(self) -> str:
        return str(STANDARD_NAMES.get(self.code, self.name))

    def get_absolute_url(self) -> str:
        return page_of("desk:role_detail", self.pk)

    @property
    def is_standard(self) -> bool:
        """Whether the role comes with the portal and follows its table."""
        return self.code in STANDARD_NAMES

    @property
    def standard_code(self) -> str:
        """The standard role that this one is or varies; empty for one made from nothing."""
        return self.code if self.is_standard else self.base

    @property
    def post(self) -> AdminPost | None:
        """The separate post of administration that the role belongs to; None for business."""
        return rules.post_of(self.standard_code)
