"""What was billed: the vendor's own books, kept apart from the bot's."""

import threading
from dataclasses import dataclass
from decimal import Decimal

from forge.model.catalogue import Usage
from forge.model.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Charge:
    """One billed call: exact USD."""

    request_id: str
    model: str
    usage: Usage
    usd: Decimal

    def as_json(self) -> JsonObject:
        """The charge with its dollars as a decimal string."""
        return {
            "request_id": self.request_id,
            "model": self.model,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "cache_read_tokens": self.usage.cache_read_tokens,
            "cache_write_tokens": self.usage.cache_write_tokens,
            "usd": str(self.usd),
        }


class Ledger:
    """Every charge in order. Safe to read while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._charges: list[Charge] = []

    def add(self, charge: Charge) -> None:
        """Bill one call."""
        with self._lock:
            self._charges.append(charge)

    @property
    def charges(self) -> tuple[Charge, ...]:
        """All charges so far, oldest first."""
        with self._lock:
            return tuple(self._charges)

    @property
    def total(self) -> Decimal:
        """Exact USD billed so far."""
        return sum((charge.usd for charge in self.charges), Decimal(0))

    def as_json(self) -> JsonObject:
        """The whole ledger; money as decimal strings."""
        charges = self.charges
        total = sum((charge.usd for charge in charges), Decimal(0))
        return {"total_usd": str(total), "charges": [charge.as_json() for charge in charges]}
