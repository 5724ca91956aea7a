"""What was begun and not sent: listed, opened again, thrown away, warned of before it expires."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tickets import drafts, tasks, tokens, uploads
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.models import Attachment, Draft
from tickets.tests.filing import CREATE, begin

DAY = timedelta(days=1)


@pytest.fixture
def make_draft(db):
    def make(owner=None, *, brand="perfectserve", token="", **data):
        draft = drafts.begin(
            key=None,
            brand_id=Brand.objects.get(key=brand).pk,
            request_type_id=RequestType.objects.get(key="payment").pk,
            owner=owner,
            cookie_hash=tokens.hash_of(token),
        )
        drafts.keep(draft, data)
        return draft

    return make


def listed(client):
    response = client.get("/drafts/")
    assert response.status_code == 200
    return [draft.subject for draft in response.context["drafts"]]


def test_the_list_has_what_is_ones_own_of_all_brands(client, dana, make_user, make_draft, time):
    make_draft(dana, subject=["First"])
    time.advance(minutes=1)
    make_draft(dana, brand="clinical-collaboration", subject=["Second"])
    make_draft(make_user("Cho"), subject=["Of Cho"])
    make_draft(token=tokens.new(), subject=["Of another browser"])

    client.force_login(dana)

    assert listed(client) == ["Second", "First"]


def test_signed_out_the_browser_has_its_own(client, make_draft):
    begin(client)
    make_draft(token=tokens.new(), subject=["Of another browser"])

    assert listed(client) == [""]
    assert listed(Client()) == []


def test_tabs_that_keep_different_steps_at_once_overwrite_nothing_of_each_other(dana, make_draft):
    draft = make_draft(dana, kind=["issue"])
    one, other = (Draft.objects.get(pk=draft.pk) for _tab in range(2))
    users = Subcategory.objects.get(request_type__key="perfectserve", key="user-access")

    drafts.keep(one, {"affected": ["some"], "kind": ["request"]})
    drafts.choose(one, subcategory_id=users.pk)
    drafts.keep(other, {"subject": ["Two schedules, “one” list"]})

    kept = Draft.objects.get()
    assert (kept.data, kept.subcategory) == (
        {
            "kind": ["request"],
            "affected": ["some"],
            "subject": ["Two schedules, “one” list"],
        },
        users,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    client, dana, make_draft, count, django_assert_num_queries
):
    for _number in range(count):
        uploads.store(SimpleUploadedFile("a.txt", b"a"), draft=make_draft(dana, subject=["x"]))
    client.force_login(dana)
    client.get("/drafts/")

    # The catalog's version, session, user, organization, drafts and their files.
    with django_assert_num_queries(5):
        client.get("/drafts/")


def test_home_leads_to_what_is_not_sent(client, dana, make_draft):
    client.force_login(dana)
    before = client.get("/")
    make_draft(dana)

    assert (before.context["begun"], client.get("/").context["begun"]) == (0, 1)
    assert b'href="/drafts/"' not in before.content
    assert b'href="/drafts/"' in client.get("/").content


def test_finishing_later_leads_to_where_it_is_kept(client, db):
    draft = begin(client)
    written = {name: value for name, value in CREATE.items() if name != "send"}

    response = client.post(draft, written | {"later": ""}, follow=True)

    assert response.redirect_chain == [("/drafts/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "Saved. You find it here, where it is kept for 30 days."
    ]
    assert listed(client) == ["New scheduler"]


def test_a_draft_is_deleted_once_that_is_confirmed(client, dana, make_draft):
    draft = make_draft(dana, subject=["Invoice"])
    file = uploads.store(SimpleUploadedFile("a.txt", b"a"), draft=draft)
    client.force_login(dana)

    asked = client.get(f"/drafts/{draft.pk}/removal/")
    kept = Draft.objects.count()
    response = client.post(f"/drafts/{draft.pk}/removal/")

    assert (asked.status_code, kept, response["Location"]) == (200, 1, "/drafts/")
    assert b"a.txt" in asked.content
    assert not Draft.objects.exists()
    assert list(Attachment.objects.values_list("pk", "draft", "message")) == [(file.pk, None, None)]


def test_nobody_deletes_what_is_not_theirs(client, dana, make_user, make_draft):
    draft = make_draft(dana)
    client.force_login(make_user("Cho"))

    statuses = [
        getattr(client, method)(f"/drafts/{draft.pk}/removal/").status_code
        for method in ("get", "post")
    ]

    assert statuses == [404, 404]
    assert Draft.objects.count() == 1


def test_a_draft_wears_its_own_brand_on_the_other_ones_host(dana, make_draft):
    draft = make_draft(dana, brand="clinical-collaboration", affected=["most"], ability=["no"])
    client = Client(headers={"host": "support.perfectserve.com"})
    client.force_login(dana)

    shown = client.get(draft.get_absolute_url())
    phone = client.get(f"{draft.get_absolute_url()}phone/", follow=True)

    assert shown.context["brand"].key == phone.context["brand"].key == "clinical-collaboration"
    assert b"tel:+18778447727;ext=1" in shown.content
    assert b"tel:+18778447727;ext=5" not in shown.content


def test_owners_are_warned_once_before_a_draft_expires(dana, make_draft, time):
    draft = make_draft(dana, subject=["Oncology schedule"], description=["Dr. Lee"])
    make_draft(token=tokens.new())
    time.advance(days=26, hours=23)
    early = tasks.warn_of_expiry()
    time.advance(hours=1)

    assert [early, tasks.warn_of_expiry(), tasks.warn_of_expiry()] == [
        ("0 warned", False),
        ("1 warned", False),
        ("0 warned", False),
    ]
    [sent] = mail.outbox
    [html] = sent.alternatives
    assert (sent.to, sent.subject) == (
        ["dana@example.com"],
        "A request that you did not send is about to expire",
    )
    assert "on Mon 5 Jan 2026" in sent.body
    assert "https://support.perfectserve.com/drafts/" in sent.body
    for words in ("Oncology", "Lee", str(draft.pk), "Payment"):
        assert words not in sent.subject + sent.body + html.content


def test_who_went_on_meanwhile_is_not_warned(dana, make_draft, time):
    draft = make_draft(dana)
    time.advance(days=28)
    drafts.keep(draft, {"subject": ["Still on it"]})

    assert tasks.warn_of_expiry() == ("0 warned", False)
    assert mail.outbox == []


def test_drafts_that_live_no_longer_than_the_warning_are_not_warned_of(
    dana, make_draft, time, settings
):
    settings.DRAFT_DAYS = 3
    make_draft(dana)

    assert tasks.warn_of_expiry() == ("0 warned", False)
