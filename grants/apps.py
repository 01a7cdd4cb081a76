from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    """Clean-heating retrofit subsidies; stands on heating."""

    name = "grants"
    label = "grants"
    verbose_name = _("clean-heating subsidies")

    def ready(self) -> None:
        """Make verbs and papers readable in the audit; let the calendar fill last days."""
        from django.db.models.signals import post_save  # noqa: PLC0415

        from bureau.records import kinds, verbs  # noqa: PLC0415 - apps are loaded only now
        from grants import choices, models  # noqa: PLC0415
        from grants.services import notice_clock  # noqa: PLC0415

        verbs.register(choices.PolicyVerb)
        verbs.register(choices.ClaimVerb, noun="grants.claim")
        verbs.speak_of(models.Acceptance, choices.ClaimVerb.ACCEPT_HOUSEHOLD)
        verbs.speak_of(models.Hearing, choices.ClaimVerb.ANNOUNCE, choices.ClaimVerb.HEAR)
        verbs.speak_of(models.Reinspection, choices.ClaimVerb.REINSPECT)
        verbs.register(choices.DuplicateVerb, noun="grants.duplicatecase")
        verbs.register(choices.NoticeVerb, noun="grants.publicnotice")
        verbs.register(choices.EntitlementVerb, noun="grants.entitlement")
        verbs.register(choices.UseCheckVerb, noun="grants.usecheck")
        verbs.register(choices.BatchVerb, noun="grants.paymentbatch")
        verbs.register(choices.LineVerb, noun="grants.paymentbatch")
        for noun in ("publicnotice", "usecheck", "claim"):
            verbs.register(choices.EntitlementVerb, noun=f"grants.{noun}")
        verbs.register(choices.MoneyEvent)
        verbs.register(choices.LineVerb, noun="grants.paymentline")
        verbs.register(choices.RecoveryVerb, noun="grants.recovery")
        verbs.register(choices.HouseholdVerb, noun="grants.household")
        told = choices.HouseholdVerb
        verbs.speak_of(models.Dwelling, told.EDIT_DWELLING)
        verbs.speak_of(models.Person, told.RECORD_PERSON, told.EDIT_MEMBER, told.REVEAL)
        verbs.speak_of(models.Membership, told.ADD_MEMBER, told.END_MEMBERSHIP, told.CHANGE_HEAD)
        verbs.speak_of(models.BankAccount, told.CHANGE_ACCOUNT, told.REVEAL_CARD)
        kinds.register(choices.HouseholdPaper)
        kinds.register(choices.PersonalKind)
        kinds.register(choices.ClaimPaper)
        kinds.register(choices.NoticePaper)
        post_save.connect(
            notice_clock.when_published,
            sender="places.CalendarYear",
            dispatch_uid="grants.notice_clock",
        )
