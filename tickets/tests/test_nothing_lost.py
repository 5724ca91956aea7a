"""What happens to a request on its way when something happens to it: nothing typed is lost."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tickets import drafts, sending, uploads
from tickets.catalog.models import RequestType, Subcategory
from tickets.catalog.services import changed
from tickets.catalog.store import current
from tickets.models import Attachment, Draft, Ticket
from tickets.tests.filing import ABOUT, CREATE, SIMPLE, begin
from tickets.underway import Underway

WRITTEN = {name: value for name, value in CREATE.items() if name != "send"}


@pytest.fixture
def take_off(db):
    """Take rows of the catalog off the offer, as an administrator does."""

    def take_off(model, **which):
        row = model.objects.get(**which)
        row.is_active = False
        row.save(update_fields=["is_active"])
        changed()

    return take_off


def some_file(name="week.csv", content=b"a,b"):
    return SimpleUploadedFile(name, content)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_first_step_with_errors_answers_as_the_details_do(as_dana):
    response = as_dana.post("/new/perfectserve/", ABOUT | {"affected": ""})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["affected"])


def test_a_subject_taken_off_the_offer_is_chosen_again_with_the_text_kept(as_dana, take_off):
    draft = begin(as_dana)
    take_off(Subcategory, request_type__key="perfectserve", key="user-access")

    response = as_dana.post(draft, CREATE | {"files": some_file()}, follow=True)

    assert response.redirect_chain == [(f"{draft}about/", 302)]
    [told] = said(response)
    assert told.endswith("is not offered any more. Choose again; what you typed is kept.")
    kept = Draft.objects.get()
    assert (kept.data["subject"], kept.data["q_person"]) == (["New scheduler"], ["Robin Vale"])
    assert [file.name for file in kept.attachments.all()] == ["week.csv"]

    as_dana.post(f"{draft}about/", ABOUT | {"subcategory": "information"})
    assert as_dana.get(draft).context["form"]["subject"].value() == "New scheduler"


def test_a_type_taken_off_the_offer_gives_way_to_another_with_the_text(as_dana, take_off):
    draft = begin(as_dana)
    take_off(RequestType, key="perfectserve")

    response = as_dana.post(draft, CREATE | {"files": some_file()}, follow=True)

    assert (response.redirect_chain, response.status_code) == ([(f"{draft}type/", 302)], 200)
    assert "is not offered any more." in response.content.decode()
    assert b"tel:+1" in response.content

    as_dana.post(f"{draft}type/", {"type": "payment"})
    form = as_dana.get(draft).context["form"]
    as_dana.post(draft, SIMPLE | {"subject": form["subject"].value(), "send": ""})
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.request_type.key) == ("New scheduler", "payment")
    assert [file.name for file in ticket.messages.get().attachments.all()] == ["week.csv"]


def test_a_first_form_of_a_type_taken_off_the_offer_keeps_its_text(as_dana, take_off):
    take_off(RequestType, key="payment")

    shown = as_dana.get("/new/payment/", follow=True)
    sent = as_dana.post("/new/payment/", SIMPLE | {"send": "", "files": some_file()})

    kept = Draft.objects.get()
    assert shown.redirect_chain == [("/new/", 302)]
    assert sent["Location"] == f"/drafts/{kept.pk}/type/"
    assert (kept.data["subject"], kept.attachments.count()) == (["Invoice"], 1)
    assert as_dana.post("/new/no-such-type/", SIMPLE).status_code == 404


def test_a_type_that_is_not_offered_cannot_be_chosen(as_dana, take_off):
    draft = begin(as_dana)
    take_off(RequestType, key="payment")

    response = as_dana.post(f"{draft}type/", {"type": "payment"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["type"])
    assert Draft.objects.get().request_type.key == "perfectserve"


@pytest.mark.parametrize("step", ["", "about/", "phone/", "removal/", "type/"])
def test_every_page_of_a_draft_that_was_sent_leads_to_its_ticket(as_dana, make_user, step):
    draft = begin(as_dana)
    as_dana.post(draft, CREATE)
    cho = Client()
    cho.force_login(make_user("Cho"))

    ticket = Ticket.objects.get()
    assert as_dana.get(draft + step)["Location"] == ticket.get_absolute_url()
    assert as_dana.post(draft + step, ABOUT)["Location"] == ticket.get_absolute_url()
    assert cho.get(draft + step).status_code == 404
    assert (Ticket.objects.count(), Draft.objects.count()) == (1, 0)


def test_going_back_to_the_first_form_after_sending_leads_to_the_ticket(as_dana):
    key = str(as_dana.get("/new/perfectserve/").context["key"])
    draft = begin(as_dana, ABOUT | {"key": key})
    as_dana.post(draft, CREATE)

    response = as_dana.post("/new/perfectserve/", ABOUT | {"key": key}, follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain == [(f"/tickets/{ticket.pk}/?filed", 302)]
    assert said(response)[-1].startswith("You sent this request already.")
    assert not Draft.objects.exists()


def test_a_key_of_somebody_elses_ticket_begins_a_request_of_its_own(as_dana, make_user):
    key = str(as_dana.get("/new/payment/").context["key"])
    as_dana.post("/new/payment/", SIMPLE | {"key": key, "send": ""})
    cho = Client()
    cho.force_login(make_user("Cho"))

    cho.post("/new/payment/", SIMPLE | {"key": key, "send": ""})

    assert sorted(ticket.requester.name for ticket in Ticket.objects.all()) == ["Cho", "Dana"]


def test_signing_in_half_way_keeps_files_and_what_was_said_of_calling(client, dana):
    phone = begin(client, ABOUT | {"affected": "some", "ability": "no"})
    draft = phone.removesuffix("phone/")
    client.post(phone, {"phone_answer": "called", "phone_reference": "Ana, 10:40"})
    client.post(draft, WRITTEN | {"files": some_file(), "upload": ""})

    client.force_login(dana)
    client.post(draft, CREATE)

    ticket = Ticket.objects.get()
    assert (ticket.phone_answer, ticket.phone_reference) == ("called", "Ana, 10:40")
    assert [file.name for file in ticket.messages.get().attachments.all()] == ["week.csv"]


def test_one_file_too_many_costs_neither_text_nor_the_other_files(as_dana, settings):
    settings.FILE_MAX_BYTES = 10
    draft = begin(as_dana)
    files = [some_file("1.txt", b"1"), some_file("2.txt", b"2" * 11), some_file("3.txt", b"3")]

    response = as_dana.post(draft, CREATE | {"files": files}, follow=True)

    assert said(response) == ["“2.txt” was not added: it is larger than 10 bytes."]
    assert [file.name for file in Attachment.objects.all()] == ["1.txt", "3.txt"]
    assert response.context["form"]["subject"].value() == "New scheduler"
    assert not Ticket.objects.exists()


def test_a_form_too_large_to_read_leads_back_to_what_was_saved_before(as_dana, settings):
    draft = begin(as_dana)
    as_dana.post(draft, WRITTEN | {"files": some_file(), "later": ""})
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    browser = Client(raise_request_exception=False)
    browser.cookies = as_dana.cookies

    response = browser.post(draft, CREATE | {"description": "x" * 2000})

    assert response.status_code == 413
    assert f'<a href="{draft}">Load the request</a>' in response.content.decode()
    kept = Draft.objects.get()
    assert (kept.data["subject"], kept.attachments.count()) == (["New scheduler"], 1)


def test_a_full_disk_costs_one_file_and_no_answer(as_dana, settings, tmp_path):
    draft = begin(as_dana)
    no_room = tmp_path / "a file where the folder should be"
    no_room.touch()
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(no_room)}}
    }

    response = as_dana.post(draft, CREATE | {"files": some_file()}, follow=True)
    as_dana.post(draft, CREATE)

    assert said(response) == [
        "“week.csv” was not added: it cannot be stored just now. Send without it, or call."
    ]
    assert response.context["form"]["subject"].value() == "New scheduler"
    assert (Ticket.objects.get().subject, Attachment.objects.count()) == ("New scheduler", 0)


def test_a_draft_opened_again_says_when_it_was_begun(as_dana, time):
    draft = begin(as_dana)
    at_once = as_dana.get(draft).content
    time.advance(hours=2)

    later = as_dana.get(draft).content
    about = as_dana.get(f"{draft}about/").content

    assert b"You started this on" not in at_once
    assert b"You started this on" in later
    assert b"You started this on" in about


def test_a_file_that_another_tab_adds_while_the_request_is_sent_goes_along(
    as_dana, dana, rf, make_ticket
):
    draft = Draft.objects.get(pk=begin(as_dana).split("/")[2])
    request = rf.get("/")
    request.user, request.catalog = dana, current()
    request.brand = request.catalog.default_brand
    underway = Underway(request, draft)
    form = underway.details(data=CREATE)
    assert form.is_valid()
    submission = underway.submission(form, requester=dana, level=4)

    uploads.store(some_file(), draft=draft)
    ticket = sending.file(draft, submission, by=dana)

    assert [file.name for file in ticket.messages.get().attachments.all()] == ["week.csv"]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_comes_too_late_for_its_draft_leaves_nothing_behind(furnished, dana):
    client = Client()
    client.force_login(dana)
    draft = Draft.objects.get(pk=begin(client).split("/")[2])
    client.post(draft.get_absolute_url(), CREATE)
    before = stored_files()

    with pytest.raises(drafts.Gone):
        uploads.store(some_file(), draft=draft)

    assert (stored_files(), Attachment.objects.count()) == (before, 0)


def stored_files():
    return sorted(path for path in Path(default_storage.location).rglob("*") if path.is_file())
