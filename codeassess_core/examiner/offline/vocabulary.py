"""What `likeness` knows about words: which say little, which say the same, which say the opposite.

General English and the vocabulary of computing, written down once; no list here was
taken from any set of questions. A line is a group; a word may stand in several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from . import wording

_COMMON: Final = (
    "able allow amount body call case data do end first general good have kind last list main make many mean much "
    "name need new number object part place program purpose result set simple start time two type use want way work "
    "different difference function give get important typical basic certain several various"
)
"""Words that are in very many sentences about programs: finding one of them shows less than finding another."""

_SYNONYMS: Final = """
function method procedure routine subroutine
parameter argument input operand
attribute member field property datum data
variable identifier
value content
element item entry node
record structure
memory storage ram heap
address location position reference
pointer reference
begin start initial first head front
head front top beginning
end finish last tail rear back
terminate stop end finish halt
add insert push append put enqueue attach place
remove delete pop dequeue erase discard take
copy duplicate replicate clone
replace substitute expand
create make build construct instantiate produce generate
initialize assign set
call invoke
execute run perform
return output yield
display print show output
large big huge long
small little short tiny
smaller sub simple
search find locate lookup seek
quick fast rapid speed efficient
slow expensive costly
easy simple straightforward
change modify alter edit update mutate
constant fixed static immutable final
dynamic flexible resizable grow variable
size length
width size
count number quantity amount
combine merge join concatenate unite
divide split break partition separate decompose
problem task
solve resolve
solution answer
iterate loop repeat iteration cycle
traverse walk visit iterate go
contain include hold store consist comprise
keep store save retain
need require must necessary mandatory
specify state indicate declare define given
declare declaration
describe specify explain
explicit explicitly manual
automatic automatically implicit
null nul none nil terminator
text string
character char letter
real actual physical
measure time clock benchmark
test check verify validate try
implement write code develop
hide encapsulate encapsulation
abstract abstraction
reuse reusable reusability
inherit inheritance derive
access reach read
direct random immediate
consecutive contiguous adjacent sequential neighbour
previous before prior preceding
next after following subsequent successor
inside within internal
outside external
itself recursive recursion recursively
base stopping trivial
child subtree descendant
parent ancestor
depth height level
sort order arrange
ascending increasing
descending decreasing
equal same identical
different distinct unlike
unique distinct
minimum least lowest
maximum most highest
average mean
true correct right
false wrong incorrect
error exception fault bug failure
throw raise
catch handle
open public visible
private hidden
global everywhere
local private
entire whole complete full all
portion part piece section segment component
behave behaviour behavior
simulate imitate mimic emulate model
software program application
product system
version release
class type template
prototype signature header
convert transform translate cast
evaluate compute calculate
compile compiler
library package module
array vector
dictionary map hash
stack lifo
queue fifo
condition test predicate
expression formula
operator operation
index subscript offset
zero 0
one 1 single once
two 2 both pair double
three 3
four 4
linear proportional
logarithm log logarithmic
quadratic squared
constant o(1)
one-time once
always every each
avoid prevent
save spare
cost overhead expense
thread process
lock mutex
wait block
send pass transmit give supply
receive accept take get
request query ask
reply response answer
connect link
server host
table relation
row tuple record
column field attribute
key identifier
"""

_OPPOSITES: Final = """
first last
beginning end
front back
head tail
before after
previous next
inside outside
local global
public private
explicit implicit
increase decrease
ascending descending
more less
most least
best worst
minimum maximum
smallest largest
add remove
push pop
faster slower
always never
true false
static dynamic
left right
upper lower
"""


def groups_of(stem: str) -> frozenset[int]:
    """The groups of synonyms in which a stem stands."""
    return _GROUPS.get(stem, frozenset())


def says_little(stem: str) -> bool:
    """Is this a word of very many sentences?"""
    return stem in _COMMON_STEMS


def opposites(stem: str) -> frozenset[str]:
    """The stems that say the opposite."""
    return _AGAINST.get(stem, frozenset())


def _lines(text: str) -> Iterator[tuple[str, ...]]:
    return (tuple(wording.stem(word) for word in line.split()) for line in text.split("\n") if line)


def _group_index() -> Mapping[str, frozenset[int]]:
    index: dict[str, frozenset[int]] = {}
    for number, line in enumerate(_lines(_SYNONYMS)):
        for stem in line:
            index[stem] = index.get(stem, frozenset()) | {number}
    return index


def _opposite_index() -> Mapping[str, frozenset[str]]:
    index: dict[str, frozenset[str]] = {}
    for one, other in _lines(_OPPOSITES):
        index[one] = index.get(one, frozenset()) | {other}
        index[other] = index.get(other, frozenset()) | {one}
    return index


_GROUPS: Final = _group_index()
_AGAINST: Final = _opposite_index()
_COMMON_STEMS: Final = frozenset(wording.stem(word) for word in _COMMON.split())
