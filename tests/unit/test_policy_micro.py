"""The micro base's tokenizer: any text survives, tags and digits are tokens of their own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_policy import BASE, tiny_tokenizer

from wideband.scaffolds import SPECIAL_TAGS

TOKENIZER = tiny_tokenizer()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_survives_encoding_and_decoding(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@given(st.lists(st.sampled_from([*SPECIAL_TAGS, " ", "\n", "7", "π", "<", "answer>"]), max_size=12))
@settings(deadline=None)
def test_tags_survive_decoding_in_any_company(parts: list[str]) -> None:
    ids = TOKENIZER.encode("".join(parts))
    assert TOKENIZER.decode(ids, skip_special_tokens=True) == "".join(parts)


@pytest.mark.parametrize("tag", SPECIAL_TAGS)
def test_a_tag_is_one_token_wherever_it_stands(tag: str) -> None:
    (alone,) = TOKENIZER.encode(tag)
    assert alone in TOKENIZER.encode(f"so 12{tag}x = 3")
    assert alone not in TOKENIZER.all_special_ids


def test_every_digit_is_a_token_of_its_own() -> None:
    tokens = TOKENIZER.convert_ids_to_tokens(TOKENIZER.encode("1234+56"))
    assert tokens == ["1", "2", "3", "4", "+", "5", "6"]


def test_the_vocabulary_is_as_large_as_the_study_says() -> None:
    assert len(TOKENIZER) == BASE.vocabulary


def test_the_same_documents_give_the_same_tokenizer() -> None:
    assert tiny_tokenizer().get_vocab() == TOKENIZER.get_vocab()
