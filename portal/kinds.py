"""What does long work of each kind, and what tells of each kind of notice.

Dotted paths, as in the lists of the settings, which take both from here.
"""

# What does a slice of long work, by kind.
JOB_KINDS = {
    "preview": "sla.previews.preview",
    "apply": "sla.previews.apply",
    "export": "sla.exports.write",
}
# Who turns a notice into recipients and texts, by kind.
NOTICE_KINDS = {
    "received": "tickets.mail.notices.received",
    "replied": "tickets.mail.notices.replied",
    "solved": "tickets.mail.notices.solved",
    "level_changed": "tickets.mail.notices.level_changed",
    "assigned": "tickets.mail.agents.assigned",
    "customer_replied": "tickets.mail.agents.customer_replied",
    "digest": "tickets.mail.digests.digests",
    "endangered": "sla.notices.endangered",
    "breached": "sla.notices.breached",
    "escalated": "sla.notices.escalated",
    "export": "sla.export_mail.exports",
    "report": "sla.report_mail.reports",
}
