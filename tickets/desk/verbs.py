"""The pages that do one thing to a ticket, by how their addresses end."""

from tickets.desk.looking_on import watch
from tickets.desk.merging import merge, unmerge
from tickets.desk.outcomes import delete, spam
from tickets.desk.redacting import redact
from tickets.desk.snoozing import snooze
from tickets.desk.splitting import split

PAGES = {
    page.__name__: page for page in (merge, unmerge, split, snooze, redact, spam, delete, watch)
}
