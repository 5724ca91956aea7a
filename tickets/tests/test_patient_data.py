"""What looks like patient data, what does not, and how its sender is asked about it, once."""

import pytest

from tickets.models import Draft, Ticket
from tickets.patient_data import Finding, Sort, first_in

SOCIAL, RECORD, BIRTH = Sort
ONE_PAGE = {"kind": "issue", "affected": "nobody", "ability": "yes", "shown": "invoice"}
TOLD = ONE_PAGE | {"subject": "Wrong page", "description": "MRN 12345678 was paged.", "send": ""}


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Her SSN is 219-09-9999, please check", SOCIAL),
        ("219 09 9999", SOCIAL),
        ("ssn: 219099999", SOCIAL),
        ("MRN 12345678", RECORD),
        ("the patient (mrn#: A1234567)", RECORD),
        ("Medical record number 00123456 is wrong", RECORD),
        ("Patient ID: 55512", RECORD),
        ("DOB 3/14/1962", BIRTH),
        ("D.O.B.: 03-14-62", BIRTH),
        ("date of birth is 1962-03-14", BIRTH),
        ("born on March 14, 1962", BIRTH),
        ("Birthday: 14 Mar 1962", BIRTH),
    ],
)
def test_this_looks_like_patient_data(text, sort):
    assert first_in({"subject": "A page", "description": text}) == Finding("description", sort)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Call 1.877.844.7727, ext. 5 or 877-844-7727",
        "Since 3/14/2026 nobody is paged",
        "NPI 1234567893, invoice INV-219-09",
        "Order 219-09-99991, serial 1219-09-9999",
        "000-12-3456, 666-12-3456, 912-12-3456, 219-00-1234 and 219-09-0000",
        "219-09 9999",
        "Add the MRN to the message template",
        "The MRN field holds 20 characters since version 7.10.2",
        "We need date of birth on the form by 3/14",
        "A baby was born at 10:40",
        "10.12.14.101 does not answer, ticket 12345678",
    ],
)
def test_this_does_not(text):
    assert first_in({"description": text}) is None


def test_of_several_the_first_is_named():
    assert first_in({"subject": "DOB 3/14/1962", "description": "MRN 12345678"}) == Finding(
        "subject", BIRTH
    )


def test_its_sender_is_asked_once_and_may_send_it_as_it_is(as_dana):
    asked = as_dana.post("/new/payment/", TOLD)
    assert not Ticket.objects.exists()
    draft = Draft.objects.get().get_absolute_url()

    as_dana.post(draft, TOLD)

    page = " ".join(asked.content.decode().split())
    assert asked.status_code == 200
    assert asked.context["form"].errors == {}
    assert (
        "This looks like patient data: a record number in “What happened and what do you need?”. "
        "Remove it, or press “Send request” again to send it as it is." in page
    )
    assert '<a href="#id_description">Go there</a>' in page
    assert Ticket.objects.get().messages.get().body == "MRN 12345678 was paged."


def test_who_removes_it_is_not_asked_about_the_next_one(as_dana):
    as_dana.post("/new/payment/", TOLD)
    draft = Draft.objects.get().get_absolute_url()

    as_dana.post(draft, TOLD | {"description": "A patient, DOB 3/14/1962."})

    assert Ticket.objects.count() == 1


def test_answers_that_are_typed_are_looked_at_and_chosen_ones_are_not(as_dana):
    about = ONE_PAGE | {"subcategory": "billing"}
    place = as_dana.post("/new/clinical-collaboration/", about)["Location"]
    typed = {"subject": "Bill", "description": "See it.", "shown": "topic period", "send": ""}

    page = as_dana.post(
        place, typed | {"q_topic": "Something else", "q_period": "DOB 3/14/1962"}
    ).content.decode()

    assert "a date of birth in “Billing period”" in page
    assert '<a href="#id_q_period">Go there</a>' in page


def test_what_is_missing_is_said_first(as_dana):
    page = as_dana.post("/new/payment/", TOLD | {"subject": ""})

    assert list(page.context["form"].errors) == ["subject"]
    assert "looks like patient data" not in page.content.decode()


def test_the_form_says_what_to_leave_out_and_why(as_dana):
    page = as_dana.get("/new/payment/").content.decode()

    assert (
        "Do not include patient names, dates of birth or record numbers: we do not need them, "
        "and more people read a ticket than may know them. Write “a patient” instead." in page
    )
