"""The nouns of clean-heating subsidies."""

from grants.models.claims import (
    Claim,
    ClaimRevision,
    ClaimSignature,
    Hearing,
)
from grants.models.entitlements import (
    Entitlement,
    UseCheck,
    UseCheckLine,
)
from grants.models.households import (
    BankAccount,
    Dwelling,
    Household,
    Membership,
    Person,
)
from grants.models.notices import (
    NoticeItem,
    Objection,
    PublicNotice,
)
from grants.models.payments import (
    PaymentBatch,
    PaymentLine,
    Receipt,
)
from grants.models.policy import (
    Policy,
    Rate,
)
from grants.models.progress import Progress
from grants.models.recoveries import (
    Allotment,
    Fund,
    Recovery,
    Repayment,
)
from grants.models.review import (
    Acceptance,
    AcceptanceSheet,
    DuplicateCase,
    DuplicateSide,
    Reinspection,
    ReinspectionDraw,
)
from grants.models.targets import (
    Milestone,
    ProjectVillage,
    QualityCheck,
    Target,
    VillageProject,
)

__all__ = [
    "Acceptance",
    "AcceptanceSheet",
    "Allotment",
    "BankAccount",
    "Claim",
    "ClaimRevision",
    "ClaimSignature",
    "DuplicateCase",
    "DuplicateSide",
    "Dwelling",
    "Entitlement",
    "Fund",
    "Hearing",
    "Household",
    "Membership",
    "Milestone",
    "NoticeItem",
    "Objection",
    "PaymentBatch",
    "PaymentLine",
    "Person",
    "Policy",
    "Progress",
    "ProjectVillage",
    "PublicNotice",
    "QualityCheck",
    "Rate",
    "Receipt",
    "Recovery",
    "Reinspection",
    "ReinspectionDraw",
    "Repayment",
    "Target",
    "UseCheck",
    "UseCheckLine",
    "VillageProject",
]
