"""A faulty catalog file is refused, and every problem is named by its line."""

import pytest

from tickets.catalog.tests.files import edited, line_of, refusal

pytestmark = pytest.mark.django_db

CARRIER = 'kind: select, choices: ["Yes", "No", Not sure]'
ROLE = "{key: role, label: Role or job title,"


@pytest.mark.parametrize(
    "old, new, at, reason",
    [
        (
            ROLE
            + " error: Enter the role or job title, kind: text, show_when: {action: [Add a user]}}",
            ROLE + " kind: text, show_when: {actoin: [Add a user]}}",
            ROLE,
            "question 'role' is shown when 'actoin' is answered, but no earlier question has that "
            "key",
        ),
        (
            "show_when: {action: [Add a user]}",
            "show_when: {action: [Add]}",
            ROLE,
            "question 'role' is shown when 'action' is 'Add', but that is no choice of 'action'",
        ),
        (
            "show_when: {action: [Add a user]}",
            "show_when: {start: [Add a user]}",
            ROLE,
            "question 'role' is shown when 'start' is answered, but no earlier question has that "
            "key",
        ),
        (
            "show_when: {action: [Add a user]}",
            "show_when: {action: []}",
            ROLE,
            "'show_when' of question 'role' names no answer of 'action'",
        ),
        (
            "kind: phone",
            "kind: fone",
            "{key: number,",
            "'kind' of question 'number': Value 'fone' is not a valid choice.",
        ),
        (
            "choices: [Active, Pending]",
            "options: [Active, Pending]",
            "{key: state,",
            "question 'state' can't have 'options'; it can have key, label, kind, hint, error, "
            "required, "
            "format, default, choices, show_when, leads_to, asked",
        ),
        (
            "{key: from, label: Last day",
            "{key: practice, label: Last day",
            "{key: from, label: Last",
            "request type 'account-cancellation' has two questions with the key 'practice'",
        ),
        (
            "{key: from, label: Last day",
            "{key: From, label: Last day",
            "{key: from, label: Last",
            "'key' of question 'From': Use lower-case letters, digits, - and _.",
        ),
        (
            'leads_to: {"Yes": legal}',
            'leads_to: {"Yes": court}',
            "{key: legal_case,",
            "'leads_to' of question 'legal_case' names 'court', which is no other subcategory of "
            "the "
            "same request type",
        ),
        (
            'leads_to: {"Yes": legal}',
            "leads_to: {Maybe: legal}",
            "{key: legal_case,",
            "'leads_to' of question 'legal_case' names the answer 'Maybe', which is none of its "
            "choices",
        ),
        (
            'format: "after:from"',
            'format: "after:due"',
            "{key: to, label: Records to",
            "'format' of question 'to': 'due' is not an earlier question of the same form and of "
            "kind "
            "date",
        ),
        (
            "format: invoice, required: false",
            "format: zip, required: false",
            "It stands at the top",
            "'format' of question 'invoice': 'zip' is no check; use npi, invoice, or after: and "
            "the key "
            "of an earlier date",
        ),
        (
            CARRIER,
            "kind: select",
            "{key: carrier,",
            "question 'carrier' is of kind select and needs 'choices'",
        ),
        (
            CARRIER,
            "kind: select, choices: [Yes, No]",
            "{key: carrier,",
            "the choices of question 'carrier': put True in quotes, it must be text",
        ),
        (
            CARRIER,
            "kind: text, choices: [A, B]",
            "{key: carrier,",
            "question 'carrier' is of kind text and can't have 'choices'",
        ),
        (
            CARRIER,
            "kind: select, choices: [A, A]",
            "{key: carrier,",
            "the choices of question 'carrier': 'A' stands there twice",
        ),
        (
            "format: invoice, required: false",
            'format: invoice, required: "no"',
            "It stands at the top",
            "'required' of question 'invoice' must be true or false; not 'no'",
        ),
        (
            "level: 4\n    meaning",
            "level: 5\n    meaning",
            "level: 4\n    meaning",
            "there can't be a level 5 but 1 to 4",
        ),
        (
            "level: 4\n    meaning",
            "level: 3\n    meaning",
            "level: 4\n    meaning",
            "there can't be a level 3 again",
        ),
        (
            "first_response_hours: 48",
            "first_response_hours: 0",
            "first_response_hours: 48",
            "'first_response_hours' must be more than 0 and at most 10000, not 0",
        ),
        (
            "resolution_hours: 240",
            "resolution_hours: 24",
            "resolution_hours: 240",
            "'resolution_hours' can't be less than 'first_response_hours'",
        ),
        (
            "contact: phone_or_ticket",
            "contact: fax",
            "contact: phone_or_ticket",
            "'contact' of level 3: Value 'fax' is not a valid choice.",
        ),
        (
            "partly: [3, 3]",
            "partly: [3, 4]",
            "one:    {",
            "one affected, can work: partly, urgent gives level 4, less urgent than level 3 for "
            "one affected, can work: partly",
        ),
        (
            "partly: [3, 3]",
            "partly: [3]",
            "one:    {",
            "'partly' of 'one' must be two levels from 1 to 4, like [4, 3]: the level, and the "
            "level if "
            "urgent",
        ),
        (
            "contact: [phone, chat]",
            "contact: [fax]",
            "affected: single user",
            "'contact' of a reminder must be [phone], [chat] or [phone, chat]",
        ),
        (
            'light: "#0B5A7A"',
            'light: "#7CC7E8"',
            'colors: {light: "#0B5A7A"',
            "'colors' of brand 'perfectserve': As a link on a shaded part of the page (#F4F7F9), "
            "#7CC7E8 is hard to read: its contrast is 1.7 to 1, and it takes 4.5 to 1. "
            "Take a darker shade: #4A778B would do.",
        ),
        (
            'light: "#0B5A7A"',
            "light: blue",
            'colors: {light: "#0B5A7A"',
            "'colors' of brand 'perfectserve': Write a color like #0B5A7A.",
        ),
        (
            'extension: "1"}',
            "extension: 1}",
            'extension: "1"}',
            "'extension' of 'phone' of brand 'clinical-collaboration' must be text; put it in "
            "quotes",
        ),
        (
            'extension: "1"}',
            "extension: one}",
            'extension: "1"}',
            "'phone' of brand 'clinical-collaboration': Write an extension in digits.",
        ),
        (
            "hosts: [support.telmediq.com,",
            'hosts: ["https://support.telmediq.com",',
            "hosts: [support.telmediq.com,",
            "'hosts' of brand 'clinical-collaboration': Write a host "
            "in lower-case letters, like support.example.com.",
        ),
        (
            "hosts: [support.telmediq.com,",
            "hosts: [support.perfectserve.com,",
            "hosts: [support.telmediq.com,",
            "two brands have the host 'support.perfectserve.com'",
        ),
        (
            "number_prefix: CC",
            "number_prefix: PS",
            "number_prefix: CC",
            "two brands have the number_prefix 'PS'",
        ),
        (
            "mail: {request_type: perfectserve, level: 3}",
            "mail: {request_type: fax, level: 3}",
            "mail: {request_type: perfectserve",
            "'mail' of brand 'perfectserve' names the request type "
            "'fax', which the file does not have",
        ),
        (
            "time_zone: America/New_York",
            "time_zone: Mars/Base",
            "time_zone: America/New_York",
            "'time_zone' of brand 'perfectserve': “Mars/Base” is not a time zone. Write one like "
            "America/New_York.",
        ),
        (
            "  - key: payment\n",
            "  - key: statuspage-access\n",
            "  - key: payment\n",
            "two request types have the key 'statuspage-access'",
        ),
        (
            "- key: routing\n",
            "- key: billing\n",
            "- key: routing\n",
            "request type 'perfectserve' has two subcategories with the key 'billing'",
        ),
        (
            "    meaning: Questions on invoices or any other billing issue.\n",
            "",
            "  - key: payment\n",
            "request type 'payment' needs 'meaning'",
        ),
        (
            "label: I need this urgently, even if nobody is blocked\n    kind: checkbox",
            "label: I need this urgently, even if nobody is blocked\n    kind: text",
            "kind: checkbox\n    required: false",
            "the common field 'urgent' is of kind checkbox",
        ),
        (
            "      some: Some people\n",
            "",
            "choices:\n      nobody",
            "the choices of 'affected' must be words for 'nobody', 'one', 'some', 'most'",
        ),
        (
            "  - key: subject\n",
            "  - key: title\n",
            "  - key: subject\n",
            "'title' is no common field, or there twice; they are kind, affected, ability, urgent, "
            "subject, description, files",
        ),
        (
            "brands:\n",
            "brand:\n",
            "brands:\n",
            "the file can't have 'brand'; it can have brands, priorities, impact_reminder, "
            "common_fields, impact_rules, attachments, request_types",
        ),
        (
            "name: Payment assistance\n",
            "name: Payment assistance\n    name: Bills\n",
            "    meaning: Questions on invoices",
            "'name' stands here a second time; it was given on line "
            f"{line_of('name: Payment assistance')}",
        ),
        ('"yes": "Yes"', 'yes: "Yes"', '"yes": "Yes"', "put the key 'yes' in quotes"),
        (
            "hosts: [support.telmediq.com, www",
            "hosts: support.telmediq.com #",
            "hosts: [support.telm",
            "'hosts' of brand 'clinical-collaboration' must be a list; not 'support.telmediq.com'",
        ),
    ],
)
def test_every_problem_is_named_by_its_line(old, new, at, reason):
    problems = refusal(edited((old, new))).splitlines()

    assert f"line {line_of(at)}: {reason}" in problems


def test_a_type_without_prompts_cannot_ask_by_answers():
    condition = '"Which records?", show_when: {state: [Active]},'
    problems = refusal(edited(('"Which records?",', condition)))

    assert problems == (
        f"line {line_of('Which records?')}: question 'records' can't have 'show_when': request "
        "type 'legal-information' does not prompt additional questions"
    )


def test_a_passage_that_stands_for_two_forms_is_complained_about_once():
    problems = refusal(edited(("Kind of matter, error", "Kind of matter, eror")))

    assert problems.splitlines() == [
        f"line {line_of('Kind of matter')}: question 'matter' can't have 'eror'; it can have key, "
        "label, kind, hint, error, required, format, default, choices, show_when, leads_to, asked"
    ]


def test_all_problems_are_named_at_once_in_the_order_of_the_lines():
    lines = refusal(
        edited(
            ("kind: phone", "kind: fone"),
            ("number_prefix: CC", "number_prefix: PS"),
            ("level: 4\n    meaning", "level: 5\n    meaning"),
        )
    ).splitlines()

    numbers = [int(line.split(":")[0].removeprefix("line ")) for line in lines]
    assert len(lines) == 4
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "line 1: the file must start with keys like 'brands:'"),
        ("- a\n- b", "line 1: the file must start with keys like 'brands:'"),
        ("a: [1,", "line 1: this is not YAML: expected the node content, but found '<stream end>'"),
        ("a: 1\nb: !!python/object:os.system x", "line 2: 'x' can't be read: "),
        ("a: 2026-13-45", "line 1: '2026-13-45' can't be read: month must be in 1..12"),
        ("a: \x00", "this is not YAML: "),
    ],
)
def test_what_is_no_catalog_at_all_is_refused(text, reason):
    assert refusal(text).startswith(reason)


def test_a_part_that_holds_itself_is_refused_and_not_followed_forever():
    assert "must be a block of keys" in refusal(edited(("brands:\n", "brands: &all\n  - *all\n")))
