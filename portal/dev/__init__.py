"""Runs the whole site on one bare machine: database, broker, web, worker, beat and a mailbox."""
