"""The API of clean-heating subsidies."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from grants.filters.areas import AreaFilter

extend_schema_field(OpenApiTypes.STR)(AreaFilter)
