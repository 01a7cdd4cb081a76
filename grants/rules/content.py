"""What a claim says, as one hash to which signatures bind."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Material:
    """The material facts of a claim; the identity number only by its blind index (SEC-7)."""

    dwelling_id: int
    id_number_index: str
    technology: str
    heat_pump: str
    device_serial: str
    completed_on: date

    @property
    def hash(self) -> str:
        """SHA-256 over the facts, in 64 hex digits; equal facts give equal hashes."""
        facts = asdict(self) | {"completed_on": self.completed_on.isoformat()}
        written = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()
