"""Which questions are asked."""

from hypothesis import given
from hypothesis import strategies as st

from tickets.catalog.conditions import Condition, QuestionSpec, visible


def question(key, **parents):
    return QuestionSpec(
        id=1,
        key=key,
        label=key,
        kind="select",
        conditions=tuple(
            Condition(parent, frozenset(answers)) for parent, answers in parents.items()
        ),
    )


def test_a_question_without_conditions_is_always_asked():
    assert visible([question("a"), question("b")], {}) == ("a", "b")


def test_a_question_waits_for_one_of_its_answers():
    questions = [question("a"), question("b", a={"x", "y"})]

    assert visible(questions, {}) == ("a",)
    assert visible(questions, {"a": "z"}) == ("a",)
    assert visible(questions, {"a": "y"}) == ("a", "b")


def test_all_parents_must_hold():
    questions = [question("a"), question("b"), question("c", a={"x"}, b={"y"})]

    assert visible(questions, {"a": "x"}) == ("a", "b")
    assert visible(questions, {"a": "x", "b": "y"}) == ("a", "b", "c")


def test_any_of_several_answers_is_enough():
    questions = [question("a"), question("b", a={"x"})]

    assert visible(questions, {"a": ["y", "x"]}) == ("a", "b")
    assert visible(questions, {"a": []}) == ("a",)


def test_a_hidden_parent_counts_as_unanswered():
    questions = [question("a"), question("b", a={"x"}), question("c", b={"y"})]

    assert visible(questions, {"a": "no", "b": "y"}) == ("a",)


def test_a_parent_that_is_not_on_the_form_keeps_a_question_hidden():
    assert visible([question("b", gone={"x"})], {"gone": "x"}) == ()


def test_questions_that_wait_for_each_other_stay_hidden():
    questions = [question("a", b={"x"}), question("b", a={"x"}), question("c", b={"x"})]

    assert visible(questions, {"a": "x", "b": "x", "c": "x"}) == ()


KEYS = tuple("abcdef")
ANSWERS = ("x", "y", "z")
conditions = st.dictionaries(
    st.sampled_from(KEYS), st.sets(st.sampled_from(ANSWERS), min_size=1), max_size=3
)
forms = st.fixed_dictionaries(dict.fromkeys(KEYS, conditions)).map(
    lambda each: [question(key, **parents) for key, parents in each.items()]
)
given_answers = st.dictionaries(
    st.sampled_from(KEYS), st.sampled_from(ANSWERS) | st.lists(st.sampled_from(ANSWERS))
)


@given(forms, given_answers)
def test_a_hidden_parent_never_makes_a_child_visible(questions, answers):
    shown = visible(questions, answers)

    for each in questions:
        if each.key in shown:
            assert all(condition.parent in shown for condition in each.conditions)


@given(forms, given_answers)
def test_answers_of_hidden_questions_change_nothing(questions, answers):
    shown = visible(questions, answers)

    kept = {key: answer for key, answer in answers.items() if key in shown}

    assert visible(questions, kept) == shown


@given(forms, given_answers, st.randoms())
def test_the_order_of_the_questions_changes_nothing(questions, answers, random):
    shuffled = random.sample(questions, len(questions))

    assert set(visible(shuffled, answers)) == set(visible(questions, answers))
