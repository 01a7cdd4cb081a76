"""Words of heating; every status word lives here once."""

from heating.choices.handover import (
    ConsentBasis,
    CostParty,
    HandoverEvent,
    HandoverHolder,
    HandoverPaper,
    HandoverRefusal,
    HandoverState,
    HandoverVerb,
)
from heating.choices.ledger import (
    LedgerSlip,
)
from heating.choices.registry import (
    CountSource,
    Datum,
    EquipmentKind,
    IndoorSystem,
    Insulation,
    ManagementMode,
    RegistryRefusal,
    RegistryVerb,
    SourceKind,
    ZoneLevel,
)

__all__ = [
    "ConsentBasis",
    "CostParty",
    "CountSource",
    "Datum",
    "EquipmentKind",
    "HandoverEvent",
    "HandoverHolder",
    "HandoverPaper",
    "HandoverRefusal",
    "HandoverState",
    "HandoverVerb",
    "IndoorSystem",
    "Insulation",
    "LedgerSlip",
    "ManagementMode",
    "RegistryRefusal",
    "RegistryVerb",
    "SourceKind",
    "ZoneLevel",
]
