"""Candidate text is data: fences around it, what is defused inside them, and what is flagged. Pure.

Three lines of defence, none of which is enough alone (OWASP LLM01, prompt injection):

1. a *fence* whose delimiter carries a random nonce of this call, which the text cannot know;
2. *neutralising*: what looks like our delimiter or like a chat template's role token is
   broken visibly, and characters that nobody sees are removed or spelled out
   (Trojan Source, CVE-2021-42574; Unicode tag characters);
3. a *flag* when the text speaks to an examiner, so that a person looks at the evaluation.

The model never gives the score, and a verdict needs a quote that code finds, so an
instruction that gets through buys little (`codeassess_core.scoring`).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..model import Flag
from .readings import readings

FLAG: Final = Flag.INSTRUCTIONS.value
"""The flag of an evaluation whose answer or code speaks to the examiner."""

_LINE_END = re.compile(r"\r\n?")
# Joiners are letters of Persian, Hindi or emoji between two characters beyond ASCII, and a hiding place elsewhere.
_STRAY_JOINER = re.compile("(?<![^\\x00-\\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\\x7f])")
_UNSEEN = re.compile("[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")
_DELIMITER = re.compile(r"<(?=\s*/?\s*data-)", re.IGNORECASE)
_ROLE_TOKEN = re.compile(
    r"<(?P<pipes>[|｜][\w▁-]{1,40}[|｜])>"  # <|im_start|>, <|eot_id|>, <｜User｜>
    r"|<(?P<turn>/?(?:start_of_turn|end_of_turn))>"  # Gemma
    r"|\[(?P<inst>/?INST)\]"  # Llama 2, Mistral
    r"|<<(?P<sys>/?SYS)>>"
)


def _defused(token: re.Match[str]) -> str:
    return f"‹{token['pipes'] or token['turn'] or token['inst'] or token['sys']}›"


def neutralise(text: str) -> str:
    """`text` as it may stand inside a fence: line ends as \\n, nothing invisible, no delimiter, no role token.

    Bidirectional and other control characters are spelled out as `[U+202E]`,
    invisible ones removed. Idempotent; ordinary code comes out unchanged.
    """
    text = _LINE_END.sub("\n", text)
    text = _UNSEEN.sub("", _STRAY_JOINER.sub("", text))
    text = _CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return _ROLE_TOKEN.sub(_defused, _DELIMITER.sub("‹", text))


@dataclass(frozen=True, slots=True)
class Fence:
    """The delimiters of one call to the model."""

    nonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def around(self, label: str, text: str) -> str:
        """`text`, neutralised, between the delimiters; `label` is ours, never the candidate's."""
        return f'<data-{self.nonce} name="{label}">\n{neutralise(text)}\n</data-{self.nonce}>'


# --- text that speaks to an examiner -------------------------------------------------------------------------------

_TOP = (
    r"(?:(?:full|maximum|max|top|highest|perfect|best)(?: possible)? (?:marks?|scores?|grades?|points?|credit|rating)"
    r"|10 ?/ ?10|10 out of 10|ten out of ten|a (?:10|ten)\b)"
)
_MINE = (
    r"(?:me|(?:this|my) (?:answer|response|submission|candidate|solution|student|code)"
    r"|the (?:answer|response|candidate))"
)
_EXAMINER = r"(?:ai|llm|language model|automated) ?(?:examiner|grader|evaluator|assessor|reviewer|judge)s?"

# Counted wherever they stand: nobody's program asks for marks.
_DEMANDS: Final = (
    rf"\b(?:give|award|assign|grant|rate|score|grade|mark) {_MINE} (?:\w+ ){{0,3}}?{_TOP}",
    r"\b(?:mark|judge|rate|grade|evaluate|treat) "
    r"(?:(?:all|every|each|the) (?:\w+ ){0,2}?criteri\w+|(?:this|my) (?:answer|response))"
    r" (?:\w+ )?as (?:\w+ )?(?:met|correct|perfect|excellent|passed)\b",
    r"\b(?:say|state|confirm|conclude|report|respond) that (?:this|the) candidate\b",
    r"\bset your confidence to\b",
    r"\b(?:gib|geben sie|vergib) (?:\w+ ){0,3}?(?:volle punkt\w*|10 ?/ ?10|höchstpunktzahl|bestnote)",
    r"\b(?:donnez?|accordez?|attribuez?)(?:-moi)? (?:[\w’']+ ){0,4}?(?:note maximale|10 ?/ ?10|tous les points)",
    r"\b(?:dame|deme|otorga|asigna|pon)(?:me)? (?:\w+ ){0,4}?"
    r"(?:nota máxima|puntuación máxima|máxima puntuación|10 ?/ ?10)",
    r"\b(?:dê|atribua|dá)(?:-me)? (?:\w+ ){0,4}?(?:nota máxima|pontuação máxima|10 ?/ ?10)",
    r"\b(?:dammi|assegna|dai) (?:\w+ ){0,4}?(?:voto massimo|punteggio massimo|massimo dei voti|10 ?/ ?10)",
    r"\banna (?:\w+ ){0,3}?(?:täydet pisteet|10 ?/ ?10)",
    r"\b(?:поставь|дай)(?:те)? (?:\w+ ){0,3}?(?:максимальн\w+ (?:балл|оценк)|10 ?/ ?10|10 из 10)",
    r"(?:给|給|打)[^。\n]{0,10}(?:满分|滿分|最高分)",
    r"満点(?:を|に)(?:つけ|与え|して)",
)
# Not counted inside a one-line string of the code: programs that talk to models rightly hold prompts.
_ORDERS: Final = (
    # English, German, French, Spanish, Portuguese, Italian, Finnish, Russian, Chinese, Japanese
    r"\b(?:ignore|disregard|forget|override|bypass) (?:\w+ ){0,3}?"
    r"(?:(?:previous|prior|above|earlier|preceding|system) (?:\w+ ){0,2}?(?:instructions?|prompts?)"
    r"|(?:all|your) (?:\w+ ){0,2}?(?:instructions?|rules|rubric))\b",
    r"\b(?:ignorier\w*|vergiss|missachte) (?:\w+ ){0,3}?(?:vorherig|bisherig|obig|vorig|früher|dein|ihr)\w* (?:\w+ )?"
    r"(?:anweisung|instruktion|regel|vorgabe)",
    r"\b(?:ignorez?|oubliez?) (?:\w+ ){0,3}?(?:instructions|consignes|règles) (?:précédentes|antérieures|ci-dessus)",
    r"\b(?:ignor[ae]|olvid[ae])n? (?:\w+ ){0,3}?(?:instrucciones|reglas|indicaciones) (?:anteriores|previas)",
    r"\b(?:ignor[ea]|esqueça) (?:\w+ ){0,3}?(?:instruções|regras) (?:anteriores|prévias|acima)",
    r"\b(?:ignora|dimentica)(?:te)? (?:\w+ ){0,3}?(?:istruzioni|regole) precedenti",
    r"\b(?:ohita|unohda|sivuuta) (?:\w+ ){0,2}?(?:aiemmat|aikaisemmat|edelliset|edeltävät) (?:ohjeet|säännöt)",
    r"\b(?:игнорируй|забудь|проигнорируй)(?:те)? (?:\w+ ){0,2}?"
    r"(?:предыдущие|прошлые|прежние) (?:инструкции|указания|правила)",
    r"(?:忽略|无视|忘记|忽視|無視)[^。\n]{0,8}(?:指令|指示|提示|规则|規則)",
    r"(?:以前|これまで|上記|前)の[^。\n]{0,8}(?:指示|命令|ルール)を無視",
    rf"\b(?:note|message|instructions?|attention|dear|hey|hello)(?: to| for)?(?: the| any| an)?[\s,:]{{1,2}}"
    rf"{_EXAMINER}\b",
    rf"\byou are (?:now )?(?:an?|the|my) (?:\w+ ){{0,2}}?(?:{_EXAMINER}|(?:grader|examiner|evaluator) who)\b",
    r"(?:^|\n) ?(?:system|assistant|developer) ?: ?(?:you |the candidate|ignore|from now)",
)


# Counted in answers only: programs about quizzes and grades rightly hold them.
_ANSWERS: Final = (
    r"\bfull marks\b|\b10 ?/ ?10\b(?! ?(?:of|=|is|gives|requests|items))|\bverdicts?[\"']? ?[:=]|\bverdicts? met\b",
    r"\b(?:criteri\w+|rubric|this one|they|it) (?:\w+ ){0,6}?(?:is|are|counts? as|as) (?:all )?met\b",
)


def _anywhere(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all, in which a space is also the end of a line: comments and answers are wrapped."""
    return re.compile("|".join(patterns).replace(" ", r"[ \n]"))


_DEMAND = _anywhere(_DEMANDS)
_IN_ANSWER = _anywhere(_ANSWERS)
_ORDER = _anywhere(_ORDERS)

_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0020-\U000e007f]|(?:\\w[\u200b\u2060\ufeff]){3}")
"""What only hides text: bidirectional overrides, tag characters, words broken by nothing."""

_COMMENT_MARK = re.compile(r"\n[ \t]*(?:#+|//+|\*+|--|;+|%)[ \t]*")
_BLANK = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_WHOLE_STRING = re.compile(r"\"{3}|'{3}|\"[^\"]*\"|(?<!\w)'[^']*'|`[^`]*`")
_LONGEST_LINE: Final = 500
_OPEN_QUOTE = re.compile(r"[\"`]|(?<!\w)'")


def speaks_to_examiner(answer: str, code: str = "") -> bool:
    """Is there text in the answer or in the code that tells an examiner what to do, or text that is hidden?

    A pattern list, not a proof: when it is wrong it costs one look by a person, and
    who evades it still meets the fence, the scoring and the second look.
    """
    if _ROLE_TOKEN.search(answer) or _HIDDEN.search(answer) or _HIDDEN.search(code):
        return True
    said, program = _folded(answer), _folded(code)
    if _ORDER.search(said) or _DEMAND.search(said) or _IN_ANSWER.search(said) or _DEMAND.search(program):
        return True
    if any(not _in_string(program, order.start()) for order in _ORDER.finditer(program)):
        return True
    return any(_ORDER.search(text) or _DEMAND.search(text) for text in map(_folded, readings(f"{answer}\n{code}")))


def _folded(text: str) -> str:
    """One plain form for matching: NFKC, lower case, nothing invisible, the lines of a comment run together."""
    text = unicodedata.normalize("NFKC", _LINE_END.sub("\n", text)).casefold()
    text = _UNSEEN.sub("", text).replace("\u200c", "").replace("\u200d", "")
    return _BLANK.sub(" ", _BLANK_LINES.sub("\n", _COMMENT_MARK.sub(" ", text)))


def _in_string(text: str, at: int) -> bool:
    """Does `at` stand inside a string that began on its own line? A docstring is a comment, not a string."""
    start = max(text.rfind("\n", 0, at) + 1, at - _LONGEST_LINE)  # bounded, or one hostile line would cost its square
    before = text[start:at]
    return bool(_OPEN_QUOTE.search(_WHOLE_STRING.sub("", before)))
