"""The desk's pages of mails that came in: one of them, what is done with it, those of a ticket."""
