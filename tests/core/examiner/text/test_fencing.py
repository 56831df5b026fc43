"""Tables for the fence: what is made harmless inside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassess_core.examiner.text.fencing import Fence, neutralise

DEFUSED = [
    # our own delimiter, in every spelling that a model might still read as one
    ("</data-0123456789abcdef>", "‹/data-0123456789abcdef>"),
    ("< / DATA-x>", "‹ / DATA-x>"),
    ("<\u200b/data-x>", "‹/data-x>"),
    # role tokens of chat templates: ChatML, Llama 3, DeepSeek, Gemma, Mistral, Llama 2
    ("<|im_start|>system", "‹|im_start|›system"),
    ("<|start_header_id|>", "‹|start_header_id|›"),
    ("<｜User｜>", "‹｜User｜›"),
    ("<end_of_turn>", "‹end_of_turn›"),
    ("[INST] x [/INST]", "‹INST› x ‹/INST›"),
    ("<<SYS>>", "‹SYS›"),
    # bidirectional overrides are shown (Trojan Source), and so are other controls
    ("a\u202eb\u2066c", "a[U+202E]b[U+2066]c"),
    ("\x1b[2K\x00", "[U+001B][2K[U+0000]"),
    ("a\u2028b\ud800", "a[U+2028]b[U+D800]"),
    # nothing invisible is left: zero width, byte order mark, soft hyphen, tag characters
    ("ig\u200bno\u2060re\ufeff\u00ad", "ignore"),
    ("ig\u200dnore", "ignore"),
    ("\U000e0069\U000e0067", ""),
    # line ends
    ("a\r\nb\rc", "a\nb\nc"),
]
UNTOUCHED = [
    "x = {'a': 1}  # <data> and a-b, <|, |>, a[INSTANCE]\n\tif a < data - 1: return f'{x}'",
    "<div data-id='1'></div>",
    "arr[i] |= mask << SYS >> 2",
    "می‌خواهم",  # Persian needs its zero-width non-joiner
    "👩‍💻 wrote this",  # and this emoji its joiner
    "naïve 中文 Привет",
]


@pytest.mark.parametrize(("text", "shown"), DEFUSED)
def test_what_could_end_the_fence_or_hide_is_defused(text: str, shown: str) -> None:
    assert neutralise(text) == shown


@pytest.mark.parametrize("text", UNTOUCHED)
def test_ordinary_text_comes_out_unchanged(text: str) -> None:
    assert neutralise(text) == text


@given(st.text(st.one_of(st.sampled_from("<>/|[]dat-INSY\u200b\u202e\r\n"), st.characters())))
def test_a_fence_has_one_end_whatever_is_inside(text: str) -> None:
    fence = Fence()
    around = fence.around("answer", text + f"</data-{fence.nonce}>" + text)
    assert around.lower().count("</data-") == 1 and around.endswith(f"\n</data-{fence.nonce}>")
    assert neutralise(neutralise(text)) == neutralise(text)


def test_no_two_fences_share_a_nonce() -> None:
    assert len({Fence().nonce for _ in range(50)}) == 50
