"""Filing by the portal's pages, for tests: what is typed, and the first step."""

from __future__ import annotations

IMPACT = {"kind": "request", "affected": "nobody", "ability": "yes"}
# A form of one page, but for its button.
SIMPLE = IMPACT | {"subject": "Invoice", "description": "Is it paid?", "shown": "invoice"}
# A request to make a user: its two steps, the answers to what an answer brings up among them.
ABOUT = IMPACT | {"subcategory": "user-access"}
NEW_USER = {
    "subject": "New scheduler",
    "description": "She starts on Monday.",
    "q_action": "Create a user",
    "q_person": "Robin Vale",
    "q_email": "robin@clinic.example",
    "q_phone": "1.555.010.0199",
    "q_role": "Scheduler",
    "q_start": "2026-12-01",
    "shown": "action person email phone role like start",
}
CREATE = NEW_USER | {"send": ""}


def begin(client, about=ABOUT, type="perfectserve") -> str:
    """Send step 1 and return where it leads."""
    response = client.post(f"/new/{type}/", about)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"]
