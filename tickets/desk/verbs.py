"""The pages that do one thing to a ticket, by how their addresses end."""

from tickets.desk.looking_on import watch
from tickets.desk.merging import merge, unmerge
from tickets.desk.outcomes import delete, spam
from tickets.desk.snoozing import snooze

PAGES = {page.__name__: page for page in (merge, unmerge, snooze, spam, delete, watch)}
