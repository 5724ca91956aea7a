"""A storage without paths, as those in a cloud are: its files are asked for, never found."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage, Storage


class Elsewhere(Storage):
    def __init__(self, *, location):
        self.there = FileSystemStorage(location=location)

    def _open(self, name, mode="rb"):
        return self.there._open(name, mode)

    def _save(self, name, content):
        return self.there._save(name, content)

    def exists(self, name):
        return self.there.exists(name)

    def delete(self, name):
        self.there.delete(name)
