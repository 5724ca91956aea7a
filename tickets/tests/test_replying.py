"""Answering on a ticket: a refused file takes nothing else along, and solving can be undone."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import services
from tickets.conversation import Turn, take_turn
from tickets.tests.reading import between, words_of


def text_file(name):
    return SimpleUploadedFile(name, b"text")


def refused_reply(browser, ticket):
    """Send a reply with one file that is taken and one that is not."""
    return browser.post(
        f"{ticket.get_absolute_url()}replies/",
        {"body": "Both weeks.", "files": [text_file("week.csv"), text_file("run.exe")]},
    )


def files_of(message):
    return [file.name for file in message.attachments.all()]


def test_a_refused_file_keeps_the_text_and_the_good_file(make_ticket, browser_of, dana):
    ticket, browser = make_ticket(), browser_of(dana)

    refused = refused_reply(browser, ticket)
    tokens = refused.context["staged"].tokens
    sent = browser.post(
        f"{ticket.get_absolute_url()}replies/", {"body": "Both weeks.", "staged": tokens}
    )

    assert refused.status_code == 422
    assert between(refused, "There is a problem", "My tickets") == (
        "There is a problem “run.exe” was not added: files like this are not taken. "
        "Send a picture, PDF, office, text or calendar file."
    )
    assert "Files that are sent along week.csv" in words_of(refused)
    assert "Both weeks." in words_of(refused)
    assert sent.status_code == 302
    assert files_of(ticket.messages.last()) == ["week.csv"]


def test_a_file_is_kept_too_when_the_text_is_missing(make_ticket, browser_of, dana):
    ticket, browser = make_ticket(), browser_of(dana)
    replies = f"{ticket.get_absolute_url()}replies/"

    refused = browser.post(replies, {"files": text_file("week.csv")})

    assert refused.status_code == 422
    assert [file.name for file in refused.context["staged"].files] == ["week.csv"]


def test_a_solved_ticket_says_until_when_a_reply_opens_it_again(
    make_ticket, browser_of, dana, alex, time
):
    ticket = make_ticket()
    take_turn(ticket, by=alex, turn=Turn(body="Done.", status="solved"))

    page = browser_of(dana).get(ticket.get_absolute_url())

    assert between(page, "Solved Mon", "✓") == (
        "Solved Mon 5 Jan, 5:00 am EST If it is not, reply below before "
        "Mon 12 Jan, 5:00 am EST and we go on. After that it is closed. "
        "It is not solved: open it again"
    )
    assert "Your reply opens this ticket again. Your reply" in words_of(page)


def test_marking_as_solved_can_be_undone_at_once(make_ticket, browser_of, dana, time):
    ticket, browser = make_ticket(), browser_of(dana)

    solved = browser.post(f"{ticket.get_absolute_url()}closure/", follow=True)
    undone = browser.post(f"{ticket.get_absolute_url()}reopening/", follow=True)

    assert "Undo: it is not solved" in words_of(solved)
    assert "Undo" not in words_of(undone)
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_long_conversation_offers_a_way_to_its_end_and_a_short_one_does_not(
    make_ticket, browser_of, dana, alex
):
    short, long = make_ticket(), make_ticket()
    for number in range(10):
        services.reply(long, by=alex, body=f"Reply {number}")

    pages = [browser_of(dana).get(each.get_absolute_url()) for each in (short, long)]

    assert ["Skip to newest" in words_of(page) for page in pages] == [False, True]
    newest = pages[1].content.decode().partition('id="newest"')[2]
    assert ("Reply 9" in newest, "Reply 8" in newest) == (True, False)
