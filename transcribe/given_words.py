"""A text whose words are known, laid along the sound by Whisper's attention.

Both engines divide the text that they align at blanks and marks, as their own tokens fall. A word
that a person wrote need not fall so: here it stays whole, in every script.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from archive.types import Word

MOST_TOKENS = 400
"""What a model reads at once is 448 tokens, some of which say what is to be done."""


class GivenWords:
    """An engine's tokenizer that divides the one text which it is made for into its words.

    ``tokens`` are the numbers of each word's tokens.
    """

    def __init__(
        self, tokenizer: Any, words: Sequence[Word], encode: Callable[[str], Sequence[int]]
    ) -> None:
        self._tokenizer = tokenizer
        self._texts = [_written(word) for word in words]
        self.tokens = [list(encode(text)) for text in self._texts]

    @property
    def all_tokens(self) -> list[int]:
        """The tokens of the text; none where it is longer than a model reads at once."""
        together = [token for tokens in self.tokens for token in tokens]
        return together if len(together) <= MOST_TOKENS and all(self.tokens) else []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)

    def split_to_word_tokens(self, tokens: Sequence[int]) -> tuple[list[str], list[list[int]]]:
        """The words, each with its tokens; the mark that ends the text is one behind them."""
        return [*self._texts, ""], [*self.tokens, [tokens[-1]]]


def _written(word: Word) -> str:
    # What reads as one of Whisper's own marks, such as <|en|>, is no text to it.
    text = word.text.replace("<|", "< |")
    return f" {text}" if word.space_before else text
