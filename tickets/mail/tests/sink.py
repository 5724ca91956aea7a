"""A mail server for tests, over a real socket: it keeps, refuses, hangs or is away."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Sink:
    """Takes mails on a port of its own; `stop()` and `start()` make it go and come back.

    `refuse` maps an address to the answer it gets instead of being accepted; `at_data` is
    called with each mail before it is kept, and may return another answer.
    """

    def __init__(self, **controller):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.mails = []
        self.refuse = {}
        self.at_data = lambda mail: None
        self.connections = 0
        self._words = controller  # what aiosmtpd's is told besides, about TLS for instance
        self._controller = None

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._words)
        self._controller.start()

    def stop(self):
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def subjects(self):
        return [mail["Subject"] for mail in self.mails]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        mail.envelope, mail.session = envelope, session
        answer = self.at_data(mail)
        if answer is None:
            self.mails.append(mail)
        return answer or "250 Kept"
