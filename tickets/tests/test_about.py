"""What a ticket is about and whose it is, changed by an agent."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Organization
from tickets import ending, services, timeline
from tickets.about import About, set_attributes
from tickets.catalog.models import RequestType, Subcategory
from tickets.conversation import Stale
from tickets.models import Ticket
from tickets.services import Refused


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket):
    return list(ticket.events.exclude(type="opened").values_list("type", "actor", "data"))


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


def a_type(key):
    return RequestType.objects.get(key=key)


def test_another_type_is_one_event_with_ids_for_the_promises_and_words_for_people(
    make_ticket, alex, dana
):
    ticket = make_ticket()
    was, becomes = ticket.request_type, a_type("clinical-collaboration")
    about = becomes.subcategories.filter(restricted=False).first()

    set_attributes(ticket, by=alex, about=About.filed_as(ticket, becomes, about))

    changed = fresh(ticket)
    assert (changed.request_type, changed.subcategory, changed.product) == (
        becomes,
        about,
        becomes.product,
    )
    [(type, actor, data)] = told(ticket)
    schedule = Subcategory.objects.get(request_type=was, key="schedule")
    assert (type, actor) == ("attributes_changed", "agent")
    assert data["from"] == {
        "request_type": was.pk,
        "subcategory": schedule.pk,
        "product": was.product,
    }
    assert data["set"] == {
        "request_type": becomes.pk,
        "subcategory": about.pk,
        "product": becomes.product,
    }
    assert sentences(ticket, alex) == [
        f"Request type “{was}” became “{becomes}”; Subcategory “{schedule}” became “{about}”; "
        f"Product “{was.product}” became “{becomes.product}”, by Alex"
    ]
    assert sentences(ticket, dana) == [f"Moved from “{schedule}” to “{about}”"]


def test_another_organization_is_told_to_agents_alone(make_ticket, alex, dana):
    ticket = make_ticket()
    harbor = Organization.objects.create(name="Harbor Health")

    set_attributes(ticket, by=alex, about=replace(About.of(ticket), organization=harbor))

    assert fresh(ticket).organization == harbor
    assert sentences(ticket, alex) == [
        "Organization “Riverside Clinic” became “Harbor Health”, by Alex"
    ]
    assert sentences(ticket, dana) == []


def test_what_another_changed_since_it_was_looked_at_is_not_set_back(make_ticket, alex, make_user):
    ticket = make_ticket()
    seen = fresh(ticket)
    blair = make_user("Blair", role="agent")
    set_attributes(ticket, by=blair, about=replace(About.of(ticket), product="Pagers"))

    about = replace(About.of(seen), organization=None)
    with pytest.raises(Stale, match="changed meanwhile"):
        set_attributes(seen, by=alex, about=about, version=seen.version)

    changed = fresh(ticket)
    assert (changed.product, changed.organization) == ("Pagers", ticket.organization)


def test_what_it_says_already_is_no_event(make_ticket, alex):
    ticket = make_ticket()

    set_attributes(ticket, by=alex, about=About.of(ticket))

    assert told(ticket) == []


def test_a_subcategory_belongs_to_its_type(make_ticket):
    ticket = make_ticket()
    other = Subcategory.objects.exclude(request_type=ticket.request_type).first()

    with pytest.raises(Refused, match="does not belong to"):
        replace(About.of(ticket), subcategory=other)


def test_a_ticket_that_becomes_a_legal_matter_is_restricted_and_the_other_way_round(
    make_ticket, make_user, morgan
):
    ticket = make_ticket()
    lee = make_user("Lee", role="agent")
    lee.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    legal = Subcategory.objects.filter(restricted=True).first()
    about = replace(About.of(ticket), request_type=legal.request_type, subcategory=legal)

    set_attributes(ticket, by=lee, about=about)
    assert fresh(ticket).restricted
    set_attributes(fresh(ticket), by=lee, about=About.filed_as(ticket, ticket.request_type))

    assert not fresh(ticket).restricted


def test_an_agent_from_whom_it_would_be_hidden_gives_it_back_first(make_ticket, alex):
    ticket = make_ticket()
    services.assign(ticket, by=alex, to=alex)
    legal = Subcategory.objects.filter(restricted=True).first()
    about = replace(About.of(ticket), request_type=legal.request_type, subcategory=legal)

    with pytest.raises(Refused, match="Alex may not see such requests. Give the ticket back"):
        set_attributes(ticket, by=alex, about=about)
    assert not fresh(ticket).restricted
    services.assign(ticket, by=alex, to=None)
    set_attributes(ticket, by=alex, about=about)

    assert fresh(ticket).restricted
    assert list(Ticket.objects.visible_to(alex)) == []


def test_only_who_works_on_it_changes_it_and_only_while_it_goes_on(make_ticket, alex, dana):
    ticket = make_ticket()
    about = replace(About.of(ticket), product="Another")

    with pytest.raises(Refused, match="You cannot work on"):
        set_attributes(ticket, by=dana, about=about)
    ending.mark_spam(ticket, by=alex)
    with pytest.raises(Refused, match="is over: nothing changes on it"):
        set_attributes(ticket, by=alex, about=about)

    assert fresh(ticket).product == ticket.product
