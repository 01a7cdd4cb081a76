"""What verbs, papers and facts of subsidies are called in histories, and whose fields they name."""

from bureau.records import facts, kinds, verbs
from grants import choices, models
from grants.choices.facts import FACTS


def make_readable() -> None:
    """Register the words of this app with the audit."""
    _verbs()
    _parts()
    facts.register(FACTS)
    facts.register({kind.value: kind.label for kind in choices.PersonalKind})
    kinds.register(choices.HouseholdPaper)
    kinds.register(choices.PersonalKind)
    kinds.register(choices.ClaimPaper)
    kinds.register(choices.NoticePaper)


def _verbs() -> None:
    verbs.register(choices.PolicyVerb)
    verbs.register(choices.ClaimVerb, noun="grants.claim")
    verbs.register(choices.DuplicateVerb, noun="grants.duplicatecase")
    verbs.register(choices.NoticeVerb, noun="grants.publicnotice")
    verbs.register(choices.EntitlementVerb, noun="grants.entitlement")
    verbs.register(choices.UseCheckVerb, noun="grants.usecheck")
    verbs.register(choices.BatchVerb, noun="grants.paymentbatch")
    verbs.register(choices.MoneyEvent)
    verbs.register(choices.LineVerb, noun="grants.paymentline")
    verbs.register(choices.RecoveryVerb, noun="grants.recovery")
    verbs.register(choices.HouseholdVerb, noun="grants.household")


def _parts() -> None:
    kept = choices.PolicyVerb
    verbs.speak_of(models.Milestone, kept.RECORD_MILESTONE, kept.REMOVE_MILESTONE)
    verbs.speak_of(models.ProjectVillage, kept.RECORD_VILLAGE, kept.REMOVE_VILLAGE)
    verbs.speak_of(models.QualityCheck, kept.RECORD_CHECK, kept.REMOVE_CHECK)
    verbs.speak_of(models.Acceptance, choices.ClaimVerb.ACCEPT_HOUSEHOLD)
    hearing = (choices.ClaimVerb.ANNOUNCE, choices.ClaimVerb.HEAR)
    verbs.speak_of(models.Hearing, *hearing, noun="grants.claim")
    verbs.speak_of(models.Reinspection, choices.ClaimVerb.REINSPECT)
    told = choices.HouseholdVerb
    verbs.speak_of(models.Dwelling, told.EDIT_DWELLING)
    verbs.speak_of(models.Person, told.RECORD_PERSON, told.EDIT_MEMBER, told.REVEAL)
    verbs.speak_of(models.Membership, told.ADD_MEMBER, told.END_MEMBERSHIP, told.CHANGE_HEAD)
    verbs.speak_of(models.BankAccount, told.CHANGE_ACCOUNT, told.REVEAL_CARD)
