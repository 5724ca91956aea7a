"""Mails that come in: taken, read, and made into what they ask for."""
