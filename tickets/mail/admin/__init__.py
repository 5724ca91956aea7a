"""The ledgers of mails on the desk: what goes out, what came in, what must be told."""

from tickets.mail.admin.incoming import InboundEmailAdmin
from tickets.mail.admin.ledger import CappedPaginator, LedgerAdmin
from tickets.mail.admin.outgoing import NoticeAdmin, OutboundEmailAdmin

__all__ = [
    "CappedPaginator",
    "InboundEmailAdmin",
    "LedgerAdmin",
    "NoticeAdmin",
    "OutboundEmailAdmin",
]
