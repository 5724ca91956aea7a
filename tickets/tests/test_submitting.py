"""Filing a ticket in the portal, page by page, as a browser does it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import drafts
from tickets.models import Attachment, Draft, Ticket
from tickets.tests.filing import ABOUT, CREATE, IMPACT, SIMPLE, begin


def filed():
    return [
        (ticket.subject, ticket.level_id, ticket.phone_answer) for ticket in Ticket.objects.all()
    ]


def test_a_prompting_request_is_filed_in_four_pages(as_dana, dana):
    assert as_dana.get("/new/").status_code == 200
    assert as_dana.get("/new/perfectserve/").status_code == 200
    draft = begin(as_dana)
    assert as_dana.get(draft).status_code == 200
    files = [SimpleUploadedFile("error.png", b"png"), SimpleUploadedFile("week.csv", b"a,b")]
    response = as_dana.post(draft, CREATE | {"files": files}, follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain == [(f"/tickets/{ticket.pk}/?filed", 302)]
    assert filed() == [("New scheduler", 4, "")]
    assert list(ticket.answers.values_list("key", "display")) == [
        ("action", "Create a user"),
        ("person", "Robin Vale"),
        ("email", "robin@clinic.example"),
        ("phone", "1.555.010.0199"),
        ("role", "Scheduler"),
        ("start", "Tue 1 Dec 2026"),
    ]
    assert list(Attachment.objects.values_list("message__ticket", "draft", "name")) == [
        (ticket.pk, None, "error.png"),
        (ticket.pk, None, "week.csv"),
    ]
    assert not Draft.objects.exists()


def test_hidden_answers_are_dropped_whatever_is_sent(as_dana):
    draft = begin(as_dana)

    as_dana.post(
        draft,
        CREATE
        | {
            "q_action": "Deactivate a user",
            "q_end": "2026-12-24",
            "shown": "action person email end cover",
        },
    )

    assert [answer.key for answer in Ticket.objects.get().answers.all()] == [
        "action",
        "person",
        "email",
        "end",
    ]


def test_a_revealed_question_is_a_next_step_and_not_an_error(as_dana):
    draft = begin(as_dana)

    response = as_dana.post(
        draft,
        {
            "subject": "x",
            "description": "y",
            "q_action": "Update access",
            "q_person": "Robin",
            "q_email": "robin@clinic.example",
            "shown": "action person email",
            "send": "",
        },
    )

    assert response.context["form"].errors == {}
    assert "q_change" in response.context["form"].fields
    assert Ticket.objects.count() == 0


def test_what_is_missing_is_said_and_what_was_typed_is_kept(as_dana):
    draft = begin(as_dana)

    response = as_dana.post(draft, CREATE | {"subject": ""})
    again = as_dana.get(draft)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["subject"]
    assert (
        again.context["form"].get_initial_for_field(
            again.context["form"].fields["q_person"], "q_person"
        )
        == "Robin Vale"
    )


def test_sending_the_form_again_finds_the_same_ticket(as_dana):
    draft = begin(as_dana)
    first = as_dana.post(draft, CREATE)

    second = as_dana.post(draft, CREATE)

    assert Ticket.objects.count() == 1
    assert first["Location"] == f"{second['Location']}?filed"


def test_an_urgent_request_meets_the_phone_first_and_is_filed_when_nobody_can_call(as_dana):
    phone = begin(as_dana, ABOUT | {"affected": "some", "ability": "no"})
    assert phone.endswith("/phone/")
    draft = phone.removesuffix("phone/")
    assert as_dana.post(draft, CREATE)["Location"] == phone
    assert filed() == []

    as_dana.post(phone, {"phone_answer": "cannot"})
    as_dana.post(draft, CREATE)

    assert filed() == [("New scheduler", 1, "cannot")]
    assert Ticket.objects.get().queue_rank == 0


@pytest.mark.parametrize(
    ("host", "type", "extension"),
    [
        ("support.perfectserve.com", "payment", "5"),
        ("support.telmediq.com", "payment", "1"),
        ("support.telmediq.com", "perfectserve", "5"),
        ("support.perfectserve.com", "clinical-collaboration", "1"),
    ],
)
def test_the_phone_page_names_the_extension_of_the_product_or_else_the_host(
    dana, host, type, extension
):
    client = Client(headers={"host": host})
    client.force_login(dana)
    about = IMPACT | {
        "affected": "most",
        "ability": "no",
        "subject": "Down",
        "description": "All",
        "subcategory": "billing",
        "send": "",
    }

    phone = begin(client, about, type=type)

    assert f"tel:+18778447727;ext={extension}" in client.get(phone).content.decode()


def test_signed_out_the_form_asks_who_sends_and_signing_in_files_the_same_draft(client, dana):
    draft = begin(client)
    response = client.post(draft, CREATE)
    assert sorted(response.context["form"].errors) == ["email", "name"]

    client.force_login(dana)
    client.post(draft, CREATE)

    assert filed() == [("New scheduler", 4, "")]


def test_a_draft_is_nobody_elses(client, dana, make_user):
    draft = begin(client)
    stranger, cho = Client(), Client()
    cho.force_login(make_user("Cho"))

    assert [each.get(draft).status_code for each in (stranger, cho)] == [302, 404]
    assert stranger.get(draft)["Location"] == f"/accounts/sign-in/?next={draft}"
    client.force_login(dana)
    assert client.get(draft).status_code == 200
    client.force_login(make_user("Ben"))
    assert client.get(draft).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("run.exe", b"MZ", "files like this are not taken"),
        ("page.html", b"<p>", "files like this are not taken"),
        ("empty.png", b"", "it is empty"),
        ("big.png", b"x" * 1001, "it is larger than"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_the_answers_stay(
    as_dana, settings, name, content, problem
):
    settings.FILE_MAX_BYTES = 1000
    draft = begin(as_dana)

    response = as_dana.post(
        draft, CREATE | {"files": SimpleUploadedFile(name, content)}, follow=True
    )

    assert [str(message) for message in response.context["messages"]][0].startswith(
        f"“{name}” was not added: {problem}"
    )
    assert Ticket.objects.count() == Attachment.objects.count() == 0
    assert Draft.objects.get().data["subject"] == ["New scheduler"]


def test_a_choice_that_leads_elsewhere_takes_along_what_was_typed(as_dana):
    draft = begin(as_dana, ABOUT | {"subcategory": "reporting"})

    as_dana.post(
        draft,
        {
            "subject": "Records",
            "description": "For court",
            "send": "",
            "q_legal_case": "Yes",
            "shown": "legal_case",
        },
    )

    kept = Draft.objects.get()
    assert (kept.subcategory.key, kept.data["subject"]) == ("legal", ["Records"])
    assert as_dana.get(draft).context["form"]["subject"].value() == "Records"


def test_a_subcategory_of_another_type_is_refused(as_dana):
    response = as_dana.post("/new/perfectserve/", ABOUT | {"subcategory": "telephony"})

    assert list(response.context["form"].errors) == ["subcategory"]


def test_forged_fields_change_nothing(as_dana, dana, make_user):
    draft = begin(as_dana)

    as_dana.post(
        draft,
        CREATE
        | {
            "requester": make_user("Cho").pk,
            "status": "closed",
            "level": "1",
            "restricted": "",
            "created_at": "2000-01-01",
        },
    )

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.status, ticket.level_id) == (dana, "new", 4)


@pytest.mark.parametrize("about", ["user-access", "billing"])
def test_sending_takes_as_many_queries_for_many_answers_as_for_few(as_dana, about):
    answers = (
        CREATE
        if about == "user-access"
        else CREATE | {"q_topic": "Something else", "shown": "topic"}
    )
    as_dana.post(begin(as_dana), CREATE)
    draft = begin(as_dana, ABOUT | {"subcategory": about})

    with CaptureQueriesContext(connection) as sent:
        response = as_dana.post(draft, answers)

    assert response["Location"].endswith("?filed")
    # The marks of the test's own transaction are not the product's.
    assert len([query for query in sent if "SAVEPOINT" not in query["sql"]]) == 23


@pytest.mark.parametrize("which", ["no such file", "00000000-0000-0000-0000-000000000000"])
def test_removing_what_is_not_there_changes_nothing(as_dana, which):
    draft = begin(as_dana)

    response = as_dana.post(draft, {"remove": which, "subject": "Kept"})

    assert response["Location"] == draft
    assert Draft.objects.get().data["subject"] == ["Kept"]


def test_sending_a_one_page_form_twice_files_one_ticket(as_dana):
    key = str(as_dana.get("/new/payment/").context["key"])
    sent = [as_dana.post("/new/payment/", SIMPLE | {"key": key, "send": ""}) for _time in "12"]

    assert [response["Location"] for response in sent] == [
        f"/tickets/{Ticket.objects.get().pk}/?filed"
    ] * 2


def test_a_key_of_somebody_elses_draft_counts_for_nothing(as_dana, make_user):
    cho = Client()
    cho.force_login(make_user("Cho"))
    theirs = begin(cho).split("/")[2]

    as_dana.post("/new/payment/", SIMPLE | {"key": theirs, "later": ""})

    assert sorted(Draft.objects.values_list("owner__name", "data__subject")) == [
        ("Cho", None),
        ("Dana", ["Invoice"]),
    ]


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_enter_key_sends_and_neither_signs_in_nor_takes_a_file_away(client, dana, signed_in):
    """Browsers press the first button of a form then."""
    if signed_in:
        client.force_login(dana)
    draft = begin(client)
    client.post(draft, {"upload": "", "files": SimpleUploadedFile("a.txt", b"x")})

    form = client.get(draft).content.decode().partition('<form id="request"')[2]

    buttons = re.findall(r'<button[^>]*?type="submit"[^>]*?name="(\w+)"', form)
    assert (buttons[0], "remove" in buttons) == ("send", True)


def test_nobody_fills_the_disk_with_files_of_drafts_without_signing_in(client, dana, settings):
    settings.LIMITS = settings.LIMITS | {"stage": (1, 3600)}

    def add(*names):
        files = [SimpleUploadedFile(name, b"x") for name in names]
        sent = SIMPLE | {"upload": "", "files": files}
        return client.post("/new/payment/", sent, follow=True).context["messages"]

    assert [str(message) for message in add("a.txt", "b.txt")] == [
        "“b.txt” was not added: too many files came from your network. Sign in to add it."
    ]
    client.force_login(dana)
    assert [str(message) for message in add("c.txt", "d.txt")] == []
    assert list(Attachment.objects.values_list("name", flat=True)) == ["a.txt", "c.txt", "d.txt"]


def test_more_files_than_are_taken_are_refused_in_words(as_dana):
    draft = begin(as_dana)
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]

    response = as_dana.post(draft, CREATE | {"files": files}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "“10.txt” was not added: at most 10 files are taken."
    ]
    assert Draft.objects.get().data["subject"] == ["New scheduler"]


def test_a_draft_that_was_filed_meanwhile_leads_to_its_ticket(as_dana, dana):
    draft = begin(as_dana)
    seen = Draft.objects.get()
    as_dana.post(draft, CREATE)

    with pytest.raises(drafts.Gone):
        drafts.keep(seen, {})
