"""Write down which characters the fonts inside the typst package can draw.

    pip install fonttools && python scripts/find_repertoire.py

The report as a PDF shows every other character by its number (codeassess_core/reports/typesetting.py).
Run it when `typst` moves to another minor version. typst does not hand out its fonts: they are
found in its library by their headers. (Asking it, by what PDF/A refuses, takes minutes and says too
much of marks: alone they pass, on a letter they do not.)
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import typst
from fontTools.ttLib import TTFont, TTLibError

from codeassess_core.reports.characters import visible

TARGET: Final = Path(__file__).parent.parent / "codeassess_core/reports/templates/repertoire.txt"
FONTS: Final = {
    "Libertinus Serif": ("Libertinus Serif Regular", "Libertinus Serif Semibold"),
    "DejaVu Sans Mono": ("DejaVu Sans Mono", "DejaVu Sans Mono Bold"),
}
"""The weights in which the template sets each family: a character must be in both."""
_HEADER: Final = re.compile(rb"(?:\x00\x01\x00\x00|OTTO)\x00[\x08-\x20]")
_TAG: Final = re.compile(rb"[A-Za-z0-9/ ]{4}")


def fonts(library: bytes) -> Iterator[TTFont]:
    """Every font that lies in `library` as it would in a file."""
    for match in _HEADER.finditer(library):
        start = match.start()
        (count,) = struct.unpack_from(">H", library, start + 4)
        tables = [struct.unpack_from(">4sIII", library, start + 12 + 16 * i) for i in range(count)]
        if all(_TAG.fullmatch(tag) for tag, *_ in tables):
            end = start + max(offset + length for _, _, offset, length in tables)
            try:
                yield TTFont(io.BytesIO(library[start:end]))
            except TTLibError:  # looked like one
                continue


def ranges(characters: Sequence[int]) -> Iterator[str]:
    """`20-7E` for each run of neighbours, `A9` for one alone."""
    breaks = [i for i, (one, next_) in enumerate(pairwise(characters), 1) if next_ != one + 1]
    for start, end in zip([0, *breaks], [*breaks, len(characters)], strict=True):
        first, last = characters[start], characters[end - 1]
        yield f"{first:X}" if first == last else f"{first:X}-{last:X}"


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cn", "Co", "Cs") and visible(character) == character


def main() -> None:
    """Write the file: one line for each family, its name and its ranges."""
    (library,) = Path(typst.__file__).parent.glob("_typst*")
    drawn = {str(font["name"].getDebugName(4)): set(font.getBestCmap()) for font in fonts(library.read_bytes())}
    lines = []
    for family, weights in FONTS.items():
        found = sorted(c for c in set.intersection(*(drawn[weight] for weight in weights)) if _is_text(chr(c)))
        lines.append(f"{family}: {' '.join(ranges(found))}\n")
        print(f"{family}: {len(found)} characters")
    TARGET.write_text("".join(lines))


if __name__ == "__main__":
    main()
