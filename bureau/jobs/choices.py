"""Words of background tasks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """Where a background task stands."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class JobVerb(TextChoices):
    """What people and workers do with a background task."""

    ENQUEUE = "enqueue", _("order")
    CLAIM = "claim", _("begin")
    GIVE_BACK = "give_back", _("give back")
    FINISH = "finish", _("finish")
    FAIL = "fail", _("fail")
    RETRY = "retry", _("try again")
    CANCEL = "cancel", _("cancel")


class JobRefusal(TextChoices):
    """Why a background task failed or was not taken."""

    UNKNOWN_KIND = "unknown_kind", _("No part of the portal knows how to do “%(kind)s”.")
    WORKER_LOST = (
        "worker_lost",
        _(
            "The worker stopped in the middle of this %(attempts)s times. "
            "Try again, or ask the administrator."
        ),
    )
    PROGRAM_ERROR = (
        "program_error",
        _(
            "The program stopped with an error (%(kind)s) after %(attempts)s attempts. "
            "Ask the administrator."
        ),
    )
