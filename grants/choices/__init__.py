"""Words of clean-heating subsidies; every status word lives here once."""

from grants.choices.claims import (
    AcceptanceSigner,
    ClaimHolder,
    ClaimPaper,
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    DuplicateDecision,
    DuplicateGround,
    DuplicateRefusal,
    DuplicateState,
    HearingPurpose,
    RedrawResult,
)
from grants.choices.households import (
    HouseholdPaper,
    HouseholdRefusal,
    HouseholdVerb,
    PayeeKind,
    PersonalKind,
    Relation,
)
from grants.choices.ledger import ClaimSlip
from grants.choices.notices import (
    NoticePaper,
    NoticeRefusal,
    NoticeState,
    NoticeVerb,
    ObjectionState,
)
from grants.choices.payments import (
    BatchRefusal,
    BatchState,
    BatchVerb,
    EntitlementRefusal,
    EntitlementState,
    EntitlementVerb,
    LineState,
    LineVerb,
    ReceiptSlip,
    RecoveryRefusal,
    RecoveryState,
    RecoveryVerb,
    SettlementKind,
    UseCheckState,
)
from grants.choices.policy import (
    GovernmentLevel,
    HeatPump,
    PolicyRefusal,
    PolicyState,
    QuoteRefusal,
    RateHeatPump,
    SubsidyKind,
    TargetKind,
    Technology,
)

__all__ = [
    "AcceptanceSigner", "BatchRefusal", "BatchState", "BatchVerb", "ClaimHolder", "ClaimPaper",
    "ClaimRefusal", "ClaimSlip", "ClaimState", "ClaimVerb", "DuplicateDecision",
    "DuplicateGround", "DuplicateRefusal", "DuplicateState", "EntitlementRefusal",
    "EntitlementState", "EntitlementVerb", "GovernmentLevel", "HearingPurpose", "HeatPump",
    "HouseholdPaper", "HouseholdRefusal", "HouseholdVerb", "LineState", "LineVerb", "NoticePaper",
    "NoticeRefusal", "NoticeState",
    "NoticeVerb", "ObjectionState", "PayeeKind", "PersonalKind", "PolicyRefusal", "PolicyState",
    "QuoteRefusal", "RateHeatPump", "ReceiptSlip", "RecoveryRefusal", "RecoveryState",
    "RecoveryVerb", "RedrawResult", "Relation", "SettlementKind", "SubsidyKind", "TargetKind",
    "Technology", "UseCheckState",
]  # fmt: skip
