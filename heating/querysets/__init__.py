"""Reads of heating's nouns."""

from heating.querysets.registry import (
    EstateQuerySet,
    HeatSourceQuerySet,
    HouseholdCountQuerySet,
    ManagementPeriodQuerySet,
    SubstationQuerySet,
)

__all__ = [
    "EstateQuerySet",
    "HeatSourceQuerySet",
    "HouseholdCountQuerySet",
    "ManagementPeriodQuerySet",
    "SubstationQuerySet",
]
