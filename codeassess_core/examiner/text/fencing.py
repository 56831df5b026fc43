"""Marks the candidate's text as data in a prompt: delimiters around it, special tokens in it made harmless. Pure.

There are three lines of defence, and none is enough alone (OWASP LLM01, prompt injection):

1. a *fence* whose delimiters carry a random nonce of this call, which the text cannot know;
2. *neutralising*: text that looks like our delimiter or like a role token of a chat template
   is changed visibly, and invisible characters are removed or spelled out
   (Trojan Source, CVE-2021-42574; Unicode tag characters);
3. a *flag* when the text gives instructions to an examiner (`injection`), so that a person
   looks at the evaluation.

The model never gives the score, and a verdict needs a quote that code finds. So an
instruction that gets through has little effect (`codeassess_core.scoring`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from ...documents.lines import unified

# Between two characters beyond ASCII, joiners belong to Persian, Hindi or emoji; elsewhere they hide text.
_STRAY_JOINER = re.compile("(?<![^\\x00-\\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\\x7f])")
UNSEEN = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")
_DELIMITER = re.compile(r"<(?=\s*/?\s*data-)", re.IGNORECASE)
ROLE_TOKEN = re.compile(
    r"<(?P<pipes>[|｜][\w▁-]{1,40}[|｜])>"  # <|im_start|>, <|eot_id|>, <｜User｜>
    r"|<(?P<turn>/?(?:start_of_turn|end_of_turn))>"  # Gemma
    r"|\[(?P<inst>/?INST)\]"  # Llama 2, Mistral
    r"|<<(?P<sys>/?SYS)>>"
)


def _defused(token: re.Match[str]) -> str:
    return f"‹{token['pipes'] or token['turn'] or token['inst'] or token['sys']}›"


def neutralise(text: str) -> str:
    """`text` as it may be inside a fence: line ends as \\n, nothing invisible, no delimiter, no role token.

    Bidirectional and other control characters are spelled out as `[U+202E]`,
    invisible ones removed. Idempotent; ordinary code comes out unchanged.
    """
    text = unified(text)
    text = UNSEEN.sub("", _STRAY_JOINER.sub("", text))
    text = _CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return ROLE_TOKEN.sub(_defused, _DELIMITER.sub("‹", text))


@dataclass(frozen=True, slots=True)
class Fence:
    """The delimiters of one call to the model."""

    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def around(self, label: str, text: str) -> str:
        """`text`, neutralised, between the delimiters; `label` is ours, never the candidate's."""
        return f'<data-{self.nonce} name="{label}">\n{neutralise(text)}\n</data-{self.nonce}>'
