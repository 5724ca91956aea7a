"""Causes every mail that the product sends, in every brand, by doing what it is sent for.

Nothing here writes a mail: requests are filed and answered by the verbs, account forms are sent
to the pages, an hour too long goes by. The relay makes the mails and sends them, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.roles import RIGHTS
from accounts.services import change_address, make_person, prove_address
from portal.demo import promises
from sla import exports, lists, subscribing
from sla.editions import write_due
from sla.sweep import sweep
from tickets import clock, desk_settings, drafts, jobs, services, watching
from tickets.catalog import store
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.catalog.services import changed
from tickets.catalog.specs import BrandSpec
from tickets.conversation import Turn, answer, take_turn
from tickets.mail import digests
from tickets.mail.expand import expand
from tickets.models import Channel, DeskWatch, Ticket
from tickets.submission import Submission
from tickets.tasks import remind, warn_of_expiry

PASSWORD = "three blue herons on a gate"  # noqa: S105 (of people who are made up)
# Words that no mail may hold: what a ticket says stays on its page.
SUBJECT, DESCRIPTION = "Oncology schedule of Dr. Lee", "Pages go to the wrong nurse."
# Said in the mails of a brand that wants that, with all that makes a mail wide.
SPOKEN = """Dear Dana,

please choose the week in the list, and save:
https://help.example.org/weeks/?department=cardiology&from=2026-11-30&to=2026-12-06&view=everybody

Does it still go wrong after that?"""
REPLY, REASON = "Which rotation do you mean?", "Only one person is affected."
MORGAN = "morgan@support.example"
NEAR, LATE = timedelta(minutes=48), timedelta(hours=1, minutes=42)


@dataclass(frozen=True)
class Cast:
    """The people of one brand; `walter` only ever wrote mails, and has no password."""

    brand: BrandSpec
    dana: User
    walter: User
    carol: User
    alex: User


def write_all() -> list[Cast]:
    """Do everything that any mail is sent for, once for each brand; return who did it."""
    alex = _person("alex@support.example", role="agent")
    _person(MORGAN, role="manager")  # hears of every breach
    casts = [_cast(brand, alex=alex) for brand in store.current().brands]
    for cast in casts:
        _tickets(cast)
        _to_agents(cast)
        _accounts(cast)
        _sent_signed_out(cast)
        _begun(cast)
        _reports(cast)
    remind()
    warn_of_expiry()
    return casts


# --- People -----------------------------------------------------------------------------


def _cast(brand: BrandSpec, *, alex: User) -> Cast:
    return Cast(
        brand=brand,
        dana=_person(_address("dana", brand)),
        walter=_person(_address("walter", brand), password=None),
        carol=_person(_address("carol", brand)),
        alex=alex,
    )


def _person(email: str, *, role: str = "customer", password: str | None = PASSWORD) -> User:
    """Find somebody, or make them; the demo has its own people."""
    known: User | None = User.objects.filter(email=email).first()
    if known:
        return known
    user = make_person(email=email, name=email.partition("@")[0].capitalize(), role=role)
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
        prove_address(user)
    return user


def _address(name: str, brand: BrandSpec) -> str:
    return f"{name}@{brand.key}.clinic.example"


# --- Tickets ----------------------------------------------------------------------------


def _tickets(cast: Cast) -> None:
    _received(cast)
    take_turn(_filed(cast), by=cast.alex, turn=Turn(body=REPLY))
    take_turn(_filed(cast), by=cast.alex, turn=Turn(body=REPLY, status="pending"))
    take_turn(_filed(cast), by=cast.alex, turn=Turn(body=REPLY, status="solved"))
    services.set_status(_filed(cast), by=cast.alex, to="solved")
    services.set_level(_filed(cast), by=cast.alex, to=2, reason=REASON)
    _spoken(cast)
    _late(cast)


def _spoken(cast: Cast) -> None:
    """Answer while the brand says in mails what its agents answer: to solve it, and to ask."""
    brand = Brand.objects.filter(pk=cast.brand.id)
    asked, solved = _filed(cast), _filed(cast)
    expand(clock.now(), limit=100)
    brand.update(mails_reply_text=True)
    changed()
    take_turn(asked, by=cast.alex, turn=Turn(body=SPOKEN, status="pending"))
    take_turn(solved, by=cast.alex, turn=Turn(body=SPOKEN, status="solved"))
    expand(clock.now(), limit=100)
    brand.update(mails_reply_text=cast.brand.mails_reply_text)
    changed()


def _to_agents(cast: Cast) -> None:
    """Give an agent a ticket that another watches and its customer answers; and a restricted one.

    A third one wanted to hear of theirs once a day, and that time has come.
    """
    morgan, laura = User.objects.get(email=MORGAN), _person("laura@support.example", role="agent")
    laura.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))
    laura, given = User.objects.get(pk=laura.pk), _filed(cast)
    services.assign(given, by=morgan, to=cast.alex)
    DeskWatch.objects.create(ticket=given, user=laura, created_at=clock.now())
    answer(given, by=cast.dana, body=DESCRIPTION)
    services.assign(_filed(cast, about="legal"), by=morgan, to=laura)
    _digest(cast, by=morgan)


def _digest(cast: Cast, *, by: User) -> None:
    billie, now = _person(_address("billie", cast.brand), role="agent"), clock.now()
    at = (now - timedelta(minutes=10)).astimezone(desk_settings.zone_of(billie)).time()
    desk_settings.choose(billie, assigned="digest", digest_at=at)
    with clock.moving_clock(lambda: now - timedelta(minutes=20)):
        services.assign(_filed(cast), by=by, to=billie)
        expand(clock.now(), limit=100)
    digests.write_due(now)


def _received(cast: Cast) -> None:
    """File one for who has a password, one for who has none, one copied, one restricted."""
    _filed(cast)
    _filed(cast, requester=cast.walter, channel=Channel.EMAIL)
    copied = _filed(cast)
    watching.watch(copied, by=cast.carol, added_by=cast.dana)
    watching.propose(_filed(cast), email=cast.carol.email, by=cast.dana)
    _filed(cast, about="legal")


def _late(cast: Cast) -> None:
    """Let time pass on urgent tickets: for two so much that it is too late, for two nearly.

    Of the late ones one is answered too late, one not at all; of the others one is assigned.
    """
    promises.settle()
    now = clock.now()
    with clock.moving_clock(lambda: now - LATE):
        answered = _filed(cast, level=1)
        _filed(cast, level=1)
    with clock.moving_clock(lambda: now - NEAR):
        services.assign(_filed(cast, level=1), by=cast.alex, to=cast.alex)
        _filed(cast, level=1)
    with clock.moving_clock(lambda: now - timedelta(minutes=20)):
        take_turn(answered, by=cast.alex, turn=Turn(body=REPLY))
    sweep(now)


def _filed(
    cast: Cast,
    *,
    requester: User | None = None,
    about: str = "schedule",
    level: int = 3,
    channel: str = Channel.PORTAL,
) -> Ticket:
    """File a request of the brand's own product type through the service."""
    requester = requester or cast.dana
    request_type = RequestType.objects.get(key=cast.brand.key)
    return services.open_ticket(
        Submission(
            requester=requester,
            brand=Brand.objects.get(pk=cast.brand.id),
            request_type=request_type,
            subcategory=Subcategory.objects.filter(request_type=request_type, key=about).first(),
            kind="issue",
            affected="one",
            ability="partly",
            urgent=False,
            level=level,
            subject=SUBJECT,
            description=DESCRIPTION,
            channel=channel,
        ),
        by=requester,
    )


# --- Managers ---------------------------------------------------------------------------


def _reports(cast: Cast) -> None:
    """Let a report be due, and a list be made into a file; the long work is done at once."""
    morgan, now = User.objects.get(email=MORGAN), clock.now()
    filters = f"brand={cast.brand.id}"
    with clock.moving_clock(lambda: now - timedelta(days=1)):
        subscribing.subscribe(morgan, filters=filters, every="day", hour=7, weekday=0)
    write_due(now)
    exports.begin(lists.BREACHED, query=filters, zone=cast.brand.time_zone, by=morgan)
    while jobs.work(now):
        pass


# --- Accounts ---------------------------------------------------------------------------


def _accounts(cast: Cast) -> None:
    """Send the account forms as strangers would, to the brand's own host."""
    for user in (cast.dana, cast.walter):
        _post(cast, "account_reset_password", email=user.email)
    newcomer = _address("newcomer", cast.brand)
    for email in (cast.carol.email, newcomer):
        _sign_up(cast, email)
    _post(cast, "account_login", login=newcomer, password=PASSWORD)
    _change_address(cast)


def _sent_signed_out(cast: Cast) -> None:
    """Send a request signed out so long ago that its sender is due to be reminded."""
    long_ago = clock.now() - timedelta(hours=settings.REMIND_HOURS, minutes=1)
    with clock.moving_clock(lambda: long_ago):
        _post(
            cast,
            "new_type",
            "payment",
            email=_address("passer-by", cast.brand),
            name="Dr. Lee",
            kind="question",
            affected="nobody",
            ability="yes",
            subject=SUBJECT,
            description=DESCRIPTION,
            shown="invoice",
            send="",
        )


def _begun(cast: Cast) -> None:
    """Begin a request so long ago that its owner is due to be warned that it expires."""
    kept_for = timedelta(days=settings.DRAFT_DAYS - settings.DRAFT_WARNING_DAYS)
    long_ago = clock.now() - kept_for - timedelta(minutes=1)
    with clock.moving_clock(lambda: long_ago):
        draft = drafts.begin(
            key=None,
            brand_id=cast.brand.id,
            request_type_id=RequestType.objects.get(key="payment").pk,
            owner=cast.dana,
            cookie_hash="",
        )
        drafts.keep(draft, {"subject": [SUBJECT], "description": [DESCRIPTION]})


def _sign_up(cast: Cast, email: str) -> None:
    _post(
        cast,
        "account_signup",
        email=email,
        name="Nadia Newcomer",
        stated_organization="Harbor Health",
        phone="555 0100",
        password1=PASSWORD,
    )


def _change_address(cast: Cast) -> None:
    """Give somebody another address, as an administrator does on the desk."""
    moved = _person(_address("moved", cast.brand))
    old = moved.email
    change_address(moved, to=_address("moved.again", cast.brand))
    request = RequestFactory().get("/", headers={"host": cast.brand.hosts[0]})
    request.brand = cast.brand  # type: ignore[attr-defined]
    with request_context(request):
        get_adapter(request).send_address_changed_mail(old)


def _post(cast: Cast, page: str, *place: str, **fields: str) -> None:
    browser = Client(headers={"host": cast.brand.hosts[0]})
    response = browser.post(reverse(page, args=place), fields)
    if response.status_code != 302:
        raise RuntimeError(f"{page} answered {response.status_code} and not with a redirect.")
