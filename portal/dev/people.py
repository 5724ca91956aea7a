"""Who can sign in to a demo: one person for each role, all with the same known password."""

from typing import NamedTuple

PASSWORD = "see-you-on-time"  # noqa: S105 (printed by every demo, used nowhere else)


class Person(NamedTuple):
    email: str
    name: str
    role: str


PEOPLE = (
    Person("dana@clinic.example", "Dana", role="customer"),
    Person("alex@support.example", "Alex", role="agent"),
    Person("morgan@support.example", "Morgan", role="manager"),
    Person("admin@support.example", "Admin", role="administrator"),
)
