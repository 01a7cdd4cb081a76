"""Heating's nouns, one module per group."""

from heating.models.estates import Building, Estate, HouseholdCount
from heating.models.handover import (
    Handover,
    HandoverCostShare,
    HandoverDefect,
    HandoverSignature,
    HandoverStepTerm,
)
from heating.models.sources import HeatSource
from heating.models.stations import (
    Equipment,
    ManagementPeriod,
    ServedEstate,
    Substation,
    Zone,
)

__all__ = [
    "Building",
    "Equipment",
    "Estate",
    "Handover",
    "HandoverCostShare",
    "HandoverDefect",
    "HandoverSignature",
    "HandoverStepTerm",
    "HeatSource",
    "HouseholdCount",
    "ManagementPeriod",
    "ServedEstate",
    "Substation",
    "Zone",
]
