"""Write down which characters the fonts inside the typst package can draw.

    python scripts/find_repertoire.py

typst is asked, not the font files: PDF/A refuses a character without a glyph. The report as a
PDF shows every other character by its number (codeassess_core/reports/as_pdf.py). Run it when
`typst` moves to another minor version.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import typst

from codeassess_core.reports.characters import visible

TARGET: Final = Path(__file__).parent.parent / "codeassess_core/reports/templates/repertoire.txt"
FAMILIES: Final = ("Libertinus Serif", "DejaVu Sans Mono")
BLOCK: Final = 128
SCRIPTS: Final = ((0x20, 0x2E7F), (0xF900, 0xFFFF), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF))
"""Where it looks: not among the ideographs and syllables of East Asia, of which neither font has any."""
PAGE: Final = """
#set page(width: 100cm, height: auto)
#set text(font: sys.inputs.family, fallback: false)
#for weight in (400, 600) { text(weight: weight, sys.inputs.characters) }
"""


def drawn(family: str, characters: Sequence[str], fonts: typst.Fonts) -> Iterator[str]:
    """Those of `characters` for which the family has a glyph in both weights, halving until it is clear."""
    inputs = {"family": family, "characters": " ".join(characters)}
    try:
        typst.compile(PAGE.encode(), font_paths=fonts, sys_inputs=inputs, pdf_standards="a-2u")
    except BaseException as problem:  # a panic of its shaper, over a glyph that is missing, is no Exception
        if isinstance(problem, KeyboardInterrupt):
            raise
        if len(characters) > 1:
            middle = len(characters) // 2
            yield from drawn(family, characters[:middle], fonts)
            yield from drawn(family, characters[middle:], fonts)
    else:
        yield from characters


def ranges(characters: Sequence[str]) -> Iterator[str]:
    """`20-7E` for each run of neighbours, `A9` for one alone."""
    points = sorted(map(ord, characters))
    breaks = [i for i, (one, next_) in enumerate(pairwise(points), 1) if next_ != one + 1]
    for start, end in zip([0, *breaks], [*breaks, len(points)], strict=True):
        first, last = points[start], points[end - 1]
        yield f"{first:X}" if first == last else f"{first:X}-{last:X}"


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cn", "Co", "Cs") and visible(character) == character


def main() -> None:
    """Write the file: one line for each family, its name and its ranges."""
    fonts = typst.Fonts(include_system_fonts=False)
    wanted = [c for first, last in SCRIPTS for c in map(chr, range(first, last + 1)) if _is_text(c)]
    lines = []
    for family in FAMILIES:
        found = [c for i in range(0, len(wanted), BLOCK) for c in drawn(family, wanted[i : i + BLOCK], fonts)]
        lines.append(f"{family}: {' '.join(ranges(found))}\n")
        print(f"{family}: {len(found)} characters")
    TARGET.write_text("".join(lines))


if __name__ == "__main__":
    main()
