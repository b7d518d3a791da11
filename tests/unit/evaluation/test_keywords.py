"""Which answers hold a keyword: spelling, boundaries, negation, decoys."""

from __future__ import annotations

import pytest
from asking import asking

from ecom_fixtures.dataset.tasks import Intent, Keyword, Task
from ecom_fixtures.evaluation.keywords import missing_keywords


def task_with(*keywords: Keyword) -> Task:
    intent = Intent(id="ask", say="What is it?", goal="Ask what it is.", keywords=keywords)
    return asking(intent)


def counts(wording: str, *messages: str, decoys: tuple[str, ...] = ()) -> bool:
    return not missing_keywords(task_with(Keyword(any_of=(wording,), decoys=decoys)), messages)


@pytest.mark.parametrize(
    ("wording", "message"),
    [
        ("25 yuan", "That is ２５ yuan."),
        ("25 yuan", "That is ２５．００ yuan."),
        ("1139 yuan", "That is 1,139 yuan."),
        ("1139 yuan", "That is 1，139 yuan."),
        ("1139 yuan", "That is 1\u202f139 yuan."),
        ("1139 yuan", "That is 1\u00a0139 yuan."),
        ("1,139 yuan", "That is 1139.00 yuan."),
        ("1234567 yuan", "That is 1,234,567 yuan."),
        ("25 yuan", "That is 25.0 yuan."),
        ("25 yuan", "That is 25.00 yuan."),
        ("25.00 yuan", "That is 25 yuan."),
        ("25.5 yuan", "That is 25.50 yuan."),
    ],
)
def test_a_number_counts_in_every_spelling(wording: str, message: str) -> None:
    assert counts(wording, message)


@pytest.mark.parametrize(
    "message", ["That is 1200.", "That is 120.5.", "That is 1,120.", "That is 2120.", "P120", "0.120"]
)
def test_a_number_is_not_found_inside_another(message: str) -> None:
    assert not counts("120", message)


@pytest.mark.parametrize("message", ["It costs 120.", "¥120", "120元", "(120)", "It is 120, not more.", "120.00!"])
def test_punctuation_and_signs_around_a_number_do_not_matter(message: str) -> None:
    assert counts("120", message)


@pytest.mark.parametrize("message", ["120cm wide", "120 cm wide", "120-cm desk", "120\u00a0cm", "120\u2011cm"])
@pytest.mark.parametrize("wording", ["120 cm", "120cm"])
def test_a_unit_may_be_written_with_or_without_a_blank(wording: str, message: str) -> None:
    assert counts(wording, message)


@pytest.mark.parametrize("message", ["The brassy look", "An unbrass part", "brass2"])
def test_a_word_is_not_found_inside_another(message: str) -> None:
    assert not counts("brass", message)


@pytest.mark.parametrize(
    "message",
    ["**Brass**.", "It is *brass*", "`brass`", "__brass__", "_brass_", "| part | brass |", "BRASS", "“brass”"],
)
def test_case_emphasis_and_quotation_marks_do_not_matter(message: str) -> None:
    assert counts("brass", message)


@pytest.mark.parametrize("message", ["five  photos", "five\nphotos", "**five**\tphotos", "Five\u00a0photos"])
def test_blanks_between_words_do_not_matter(message: str) -> None:
    assert counts("five photos", message)


def test_typographic_hyphens_and_apostrophes_count_as_plain_ones() -> None:
    assert counts("P12-02", "I would take P12\u201102.")
    assert counts("fitter's visit", "The fitter\u2019s visit is free.")


@pytest.mark.parametrize(
    "message",
    [
        "It is not brass.",
        "It isn't brass.",
        "It isn\u2019t made of brass.",
        "It is steel rather than brass.",
        "It is steel instead of brass.",
        "There is no brass in it.",
        "It can't be brass.",
        "It is neither steel nor brass.",
        "Unlike brass it doesn't shine.",
        "It isn't steel, brass or bronze.",
        "It isn't steel, tin, or brass.",
    ],
)
def test_a_negated_keyword_does_not_count(message: str) -> None:
    assert not counts("brass", message)


@pytest.mark.parametrize(
    "message",
    [
        "No, it is brass.",
        "No, brass.",
        "No - brass.",
        "No – it is brass.",
        "It isn't steel, it's brass.",
        "It isn't steel but brass.",
        "Not steel. Brass!",
        "It isn't steel: brass it is.",
        "No doubt it is brass.",
        "Don't worry it is brass.",
        "It is not only pretty brass, it lasts.",
        "At no extra cost you get brass.",
        "| steel | no | brass |",
        "I can't see the whole part in your picture that well, yet I am sure of the brass.",
    ],
)
def test_a_negation_of_something_else_does_not_negate_the_keyword(message: str) -> None:
    assert counts("brass", message)


def test_one_positive_mention_is_enough() -> None:
    assert counts("brass", "It is not brass that leaks.", "The part is brass.")


def test_any_of_the_wordings_counts() -> None:
    task = task_with(Keyword(any_of=("teapot", "tea pot")))
    assert not missing_keywords(task, ["You get a tea pot."])


def test_a_keyword_must_stand_within_one_message() -> None:
    assert not counts("five photos", "You need five", "photos of it.")


def test_two_keywords_may_stand_in_two_messages() -> None:
    task = task_with(Keyword(any_of=("teapot",)), Keyword(any_of=("five",)))
    assert not missing_keywords(task, ["A teapot.", "For five photos."])


def test_every_missing_keyword_is_evidence_of_its_own() -> None:
    task = task_with(Keyword(any_of=("teapot", "tea pot")), Keyword(any_of=("five",)))
    first, second = missing_keywords(task, ["Hello."])
    assert str(first) == "ask: 'teapot' or 'tea pot' (never said)"
    assert second.what == "'five'"


def test_a_decoy_in_whatever_message_spoils_the_answer() -> None:
    assert not counts("orange", "It is orange.", "And there is a grey one.", decoys=("grey",))
    assert not counts("orange", "There is a grey one.", "It is orange.", decoys=("grey",))


def test_a_spoilt_answer_names_the_decoy() -> None:
    [missing] = missing_keywords(task_with(Keyword(any_of=("orange",), decoys=("grey",))), ["Orange or grey."])
    assert missing.why == "said, but so was the wrong answer 'grey'"


@pytest.mark.parametrize(
    "message",
    [
        "It is orange, not grey.",
        "It is orange rather than grey.",
        "It isn't green, grey or violet, it is orange.",
        "The grey one is not marked; the orange one is.",
        "Grey isn't the colour. It is orange.",
    ],
)
def test_a_negated_decoy_spoils_nothing(message: str) -> None:
    assert counts("orange", message, decoys=("grey", "violet"))


def test_a_keyword_is_not_negated_by_what_follows() -> None:
    assert counts("orange", "The orange one is not tight.")


def test_the_customers_words_are_not_the_agents() -> None:
    assert not counts("orange")
