from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Who? Users, roles, postings, delegations, organisations, sign-in."""

    name = "bureau.people"
    label = "people"

    def ready(self) -> None:
        """Keep the standard roles in step with the table once every app has its permissions."""
        from bureau.people import signals  # noqa: F401, PLC0415
        from bureau.people.choices import PeopleVerb  # noqa: PLC0415
        from bureau.people.models import ApiToken, Delegation, Posting, UserSession  # noqa: PLC0415
        from bureau.people.services import sync_roles  # noqa: PLC0415
        from bureau.records import facts, verbs  # noqa: PLC0415

        verbs.register(PeopleVerb)
        verbs.speak_of(Posting, PeopleVerb.GRANT_POSTING, PeopleVerb.END_POSTING)
        verbs.speak_of(Delegation, PeopleVerb.DELEGATE, PeopleVerb.END_DELEGATION)
        verbs.speak_of(UserSession, PeopleVerb.END_SESSION)
        verbs.speak_of(ApiToken, PeopleVerb.ISSUE_TOKEN, PeopleVerb.REVOKE_TOKEN)
        facts.register(
            {
                "sessions": _("Sessions ended"),
                "copy_of": _("Copied from"),
                "until": _("Valid until"),
            }
        )
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(sync_roles, sender=last, dispatch_uid="people.sync_roles")
