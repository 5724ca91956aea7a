"""What a relay did, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """`away`: the mail server took nothing any more, as last tried."""

    expanded: int = 0
    sent: int = 0
    put_off: int = 0
    failed: int = 0
    dropped: int = 0
    away: bool = False

    def __str__(self) -> str:
        return (
            f"{self.expanded} notices expanded, {self.sent} mails sent, "
            f"{self.put_off} put off, {self.failed} failed"
        )

    @property
    def idle(self) -> bool:
        return self == Tally()

    def __add__(self, later: Tally) -> Tally:
        return Tally(
            expanded=self.expanded + later.expanded,
            sent=self.sent + later.sent,
            put_off=self.put_off + later.put_off,
            failed=self.failed + later.failed,
            dropped=self.dropped + later.dropped,
            away=later.away,
        )
