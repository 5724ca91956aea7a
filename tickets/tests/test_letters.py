"""Mails that no event of a ticket causes: from whom, in which words, with which link."""

import pytest
from django.core import mail

from tickets import letters
from tickets.catalog.models import Brand
from tickets.catalog.services import changed

pytestmark = pytest.mark.django_db


def test_names_stand_in_a_mail_as_they_are_and_the_link_is_the_brands(settings):
    settings.ORIGIN = ""
    Brand.objects.filter(key="perfectserve").update(name="Care & Co")
    changed()
    brand = Brand.objects.get(key="perfectserve")

    letters.send(
        "copy", brand_id=brand.pk, to="lee@x.example", path="/copies/x/", number="PS-7", by="J & K"
    )

    [sent] = mail.outbox
    [html] = sent.alternatives
    assert (sent.from_email, sent.to, sent.subject) == (
        "Care & Co Support <support@support.perfectserve.com>",
        ["lee@x.example"],
        "[PS-7] Do you want to read along?",
    )
    assert sent.body.startswith("J & K wants you to be copied on request PS-7:")
    assert "\nhttps://support.perfectserve.com/copies/x/\n" in sent.body
    assert "J &amp; K wants you to be copied" in html.content


def test_a_brand_that_is_not_there_sends_nothing():
    with pytest.raises(LookupError, match="There is no brand 0"):
        letters.send("copy", brand_id=0, to="lee@x.example", path="/", number="PS-7", by="Dana")

    assert mail.outbox == []
