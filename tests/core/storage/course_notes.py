"""The notes of a course, as a grader may add them, each about one piece of code of the answer pairs.

They were written like a textbook, without names from the code, before any embedder was tried on them.
"""

from __future__ import annotations

from typing import Final

NOTES: Final = {
    # a line that only this code has: the note about it
    "total / len(prices)": (
        "Averages. Before dividing, think of the collection without elements: dividing by its size is not defined "
        "and the program stops with an exception. Decide what an average of nothing should be."
    ),
    "def add_item(item, basket=[])": (
        "Default arguments are evaluated once, when the function is defined. A mutable default is therefore shared by "
        "all calls that do not pass their own; use None as a sentinel."
    ),
    "middle = (low + high) // 2": (
        "Binary search. In a sorted sequence one comparison excludes half of what is left, so the effort grows only "
        "with the logarithm. Without the order the method is not applicable."
    ),
    "return fib(n - 1) + fib(n - 2)": (
        "Naive recursion can solve the same subproblem over and over. The tree of calls grows exponentially; "
        "remembering results (memoisation) or iterating from the bottom makes it linear."
    ),
    "values.remove(value)": (
        "Never modify a sequence while iterating over it: positions shift and elements are passed over. Filter into a "
        "new one."
    ),
    "counts.get(word, 0) + 1": (
        "Frequency tables. To tally occurrences, map each token to how often it was seen so far, starting from zero "
        "for one that is met for the first time. Tokenisation decides whether punctuation sticks."
    ),
    "self.items.append(item)": (
        "Attributes of the class and of the instance. What is assigned in the class body exists once for all objects; "
        "state that belongs to one object is created in the initialiser."
    ),
    'merge(customers, on="customer_id"': (
        "Joining tables. If the key is not unique on the other side, rows multiply and later sums are too large. Check "
        "the cardinality of a join, and what happens to keys without a partner."
    ),
    "scaler.fit_transform(X)": (
        "Data leakage. Whatever is estimated from data, also a normalisation, must be estimated on the training part "
        "only; otherwise the evaluation is too optimistic."
    ),
    "if len(line) > len(longest)": (
        "Reading files. A context manager closes the resource whatever happens. Iterating reads one row at a time and "
        "keeps memory small. When looking for a maximum, decide which of several equals you want."
    ),
    "for j in range(i + 1, len(numbers))": (
        "Nested loops over the same data compare all combinations: doubling the input makes four times the work. A "
        "hash set often reduces this to one pass."
    ),
    "yield i * i": (
        "Generators produce values lazily, one at a time, and can be consumed only once. They save memory where the "
        "whole sequence is never needed together."
    ),
    "if x in b": (
        "Membership. Testing whether something is contained in a list scans it from the beginning; in a hash-based "
        "collection it takes constant time on average."
    ),
    "counter += 1": (
        "Scope. A name that is assigned anywhere in a function is local to it, so reading it before is an error; a "
        "declaration is needed to rebind a module-level variable."
    ),
    "key=lambda s: s[1]": (
        "Sorting by a criterion: pass a function that extracts what is compared. A stable algorithm keeps the relative "
        "order of equals. Beware of in-place methods that give nothing back."
    ),
    "max(depth(tree.left), depth(tree.right))": (
        "Trees are processed recursively: the empty subtree is the base case, and the result for a node is combined "
        "from its children. Each node is visited once."
    ),
    "row = [0] * 3": (
        "Aliasing. Repeating a reference does not copy the object behind it: a matrix built that way has the same "
        "line several times, and a change shows everywhere."
    ),
    'f"SELECT * FROM users WHERE name': (
        "Never build a database command by pasting user input into it. An attacker can smuggle in commands of "
        "their own; use placeholders and let the driver bind the parameters."
    ),
    "total += 0.1": (
        "Binary fractions cannot represent most decimals exactly; rounding errors add up. Compare with a tolerance, "
        "never for equality."
    ),
    "threading": (
        "Race conditions. An update that reads, computes and writes back is not atomic: two workers may overwrite each "
        "other's result. Protect it by a lock."
    ),
    "lru_cache": (
        "Memoisation. Keep the result for arguments that were seen before; an exponential number of calls becomes "
        "polynomial, at the price of memory. Arguments have to be hashable."
    ),
    "self.head = None": (
        "Linked structures. Nodes point to their successor; adding and removing at the front costs the same however "
        "many there are. Think of the structure without nodes."
    ),
    r're.match(r"\d{4}"': (
        "Regular expressions can be anchored. Searching, matching at the beginning and matching the complete text are "
        "three different things; validation nearly always means the last."
    ),
    "rolling(7)": (
        "Time series. A moving average smooths; until the window is filled there is no value. Resampling to a regular "
        "grid makes gaps visible as missing values."
    ),
}
"""24 notes, one for each of 24 pieces of code."""

OTHERS: Final = (
    "Testing. A unit test checks one behaviour and fails for one reason. Name it after what should happen.",
    "Version control. Commit small changes with a message that explains why. Branches are cheap.",
    "Naming. Good names make comments unnecessary. Prefer nouns for values and verbs for actions.",
    "HTTP is stateless. Cookies and tokens identify a returning client. Status codes tell success from failure.",
    "Inheritance models an is-a relation. Prefer composition where behaviour is only reused.",
    "Processes have separate address spaces, which are isolated by the operating system's memory management.",
    "Normal forms remove redundancy from relational schemas. Foreign keys keep references valid.",
    "Compilers translate source text into machine code in phases: lexing, parsing, optimisation, generation.",
)
"""Notes about none of them."""
