# ruff: noqa: E501 (one question a line)
"""Good questions of many forms, written after reading what the linter refused. See `good_questions` for the form."""

from __future__ import annotations

from good_questions import Good, Program, hand_written

PROGRAMS = (
    Program(
        "Write a cache that keeps the most recently used entries.",
        """\
class Cache:
    def __init__(self, size):
        self.size = size
        self.entries = {}

    def get(self, key):
        if key not in self.entries:
            return None
        value = self.entries.pop(key)
        self.entries[key] = value
        return value

    def put(self, key, value):
        self.entries.pop(key, None)
        self.entries[key] = value
        if len(self.entries) > self.size:
            oldest = next(iter(self.entries))
            del self.entries[oldest]
""",
        """\
6 11 | What does `get` return for a key whose stored value is `None`, and how would a caller tell that apart from a missing key? | None in both cases. | Only a test with `in` tells them apart.
9 10 | Why is the value popped and stored again on lines 9 and 10 instead of just being returned? | It moves the key to the end. | The order of the dictionary is the order of use.
14 14 | What would go wrong on line 14 without the second argument of `pop`? | A KeyError for a new key.
16 18 | With a size of 2, which key is gone after `put('a', 1)`, `put('b', 2)`, `get('a')` and `put('c', 3)`? | The key b.
16 16 | Suppose `size` is 0: what is left in `entries` after one `put`? | Nothing. | The new key is the oldest.
17 17 | Which property of dictionaries does `next(iter(self.entries))` rely on? | They keep the order of insertion.
6 8 | If two threads called `get` at the same moment, what could happen between lines 9 and 10? | The other one finds the key missing.
13 18 | Is there a case in which `put` deletes the entry it has just stored, and if so, which? | When size is 0.
""",
    ),
    Program(
        "Read temperatures from a file, one a line, and return the warmest day.",
        """\
def warmest(path):
    best = None
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                degrees = float(line)
            except ValueError:
                continue
            if best is None or degrees > best[1]:
                best = (number, degrees)
    return best
""",
        """\
3 3 | What happens to the file if `float` raised something other than a `ValueError`? | It is closed all the same. | The exception goes on to the caller.
9 9 | Why must `best is None` come first on line 9? | Else best[1] fails on the first line.
9 9 | Two days are equally warm: which of them is returned, and which operator decides that? | The earlier one. | The strict comparison.
7 8 | How does an empty line in the file influence the `number` of the days after it? | It still counts. | enumerate numbers all lines.
11 11 | What is the caller given for a file without a single number? | None.
4 4 | If `enumerate(lines, 1)` became `enumerate(lines)`, what would change for the caller? | All numbers are one lower.
1 11 | Describe what a caller has to check before unpacking the result of `warmest(path)`, and why? | That it is not None.
6 6 | `float(line)` accepts "nan": what does that do to the comparison on line 9? | It is false. | Unless nan came first, then nothing is greater.
""",
    ),
    Program(
        "Count how many ways there are to give change for an amount.",
        """\
def ways(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return ways(amount - coins[0], coins) + ways(amount, coins[1:])
""",
        """\
2 3 | Why is the result 1 and not 0 when nothing is left to pay? | It counts as a way of its own.
6 6 | What do the two calls on line 6 stand for? | Using the first coin once more. | Not using it any more.
4 5 | Which of the two conditions on line 4 stops `ways(3, [2])`? | Both do at some point. | Negative after two coins, no coins at 3.
6 6 | What would `ways(5, [0, 5])` do? | It never ends. | The amount does not get smaller.
6 6 | How many times is `ways` called in all for `ways(2, [1])`? | Five times.
2 5 | Swapping the two `if` statements would change one result: for which arguments? | Amount 0 without coins.
6 6 | Where would storing results help here, given that the same arguments come up again? | For the same amount and coins.
1 6 | Which type must `coins` have for `coins[1:]` to work, and would a tuple do? | Any sequence. | A tuple works.
""",
    ),
    Program(
        "Move a robot over a grid by the letters N, E, S, W and say where it ends.",
        """\
STEPS = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}


def walk(commands, start=(0, 0)):
    x, y = start
    for command in commands:
        dx, dy = STEPS[command.upper()]
        x += dx
        y += dy
    return x, y
""",
        """\
7 7 | How does `walk("nX")` end, and after how many moves? | With a KeyError. | After one move.
4 4 | Why is it no problem that `start` has a default that is shared by all calls? | A tuple cannot be changed.
10 10 | What exactly is the type of the value that `walk` hands back? | A tuple.
6 6 | Does it matter to `walk` whether `commands` is a string or a list of letters, and why? | No. | Both can be iterated letter by letter.
5 5 | Call `walk("N", [2, 3])`: what comes back? | (2, 4).
1 1 | In what way would the path differ if the entry for "S" were `(0, 1)`? | South would go north.
5 9 | Why are `x` and `y` kept in two variables rather than in one tuple? | They are changed one by one.
7 7 | For which input is the call of `upper()` on line 7 needed? | Small letters.
""",
    ),
    Program(
        "Parse key=value settings, one a line; lines with # are comments.",
        """\
def parse(text):
    settings = {}
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, _, value = line.partition("=")
        settings[key.strip()] = value.strip()
    return settings
""",
        """\
7 7 | What does line 7 make of a line such as `debug` that has no equals sign? | The value is an empty string.
7 7 | Which part of the text `a=b=c` ends up as the value? | Everything after the first equals sign.
8 8 | When the same key comes twice, which value survives and why? | The last one. | The assignment replaces it.
4 5 | Why does it matter that `strip` comes before `startswith`? | Comments may be indented.
7 7 | What is the underscore on line 7 good for? | It takes the separator, which nobody needs.
1 9 | How would you find out, using only `settings`, whether a setting was given as empty or not at all? | The key is there or not.
5 6 | What would the loop do with an empty line if line 6 said `break`? | It would stop there.
8 8 | Give one line of text for which `settings` gets an empty key? | One that begins with an equals sign.
""",
    ),
    Program(
        "Draw cards from a deck and stop when the sum is over 21.",
        """\
import random


def play(deck, seed=None):
    rng = random.Random(seed)
    hand = []
    while sum(hand) <= 21 and deck:
        hand.append(deck.pop(rng.randrange(len(deck))))
    return hand
""",
        """\
5 5 | What is gained by passing the same `seed` twice? | The same cards are drawn.
7 7 | Under which two circumstances does the loop on line 7 end? | The sum is over 21. | The deck is empty.
8 8 | What has become of the `deck` of the caller after `play(deck)`? | The drawn cards are gone from it.
8 8 | Why can `rng.randrange(len(deck))` never fail inside the loop? | The deck is not empty there.
7 7 | If `and deck` were left out, which exception would end the game with a small deck? | A ValueError from randrange.
9 9 | Can the sum of the returned hand be exactly 21, and what would have to be true then? | Only when the deck ran out.
4 4 | What does `None` as the default for `seed` bring about on line 5? | Different cards each time.
6 8 | Tell in one sentence what `hand` always satisfies at the top of the loop? | All but the last card sum to at most 21.
""",
    ),
    Program(
        "Compute the overlap of two time spans given in minutes.",
        """\
def overlap(a, b):
    begin = max(a[0], b[0])
    end = min(a[1], b[1])
    return max(0, end - begin)


def busy(spans):
    total = 0
    for i, one in enumerate(spans):
        for other in spans[i + 1:]:
            total += overlap(one, other)
    return total
""",
        """\
4 4 | What would `overlap` return without `max` for two spans that do not touch? | A negative number.
2 3 | Why is `max` right for the begin and `min` for the end? | Both spans must have begun. | Neither may have ended.
10 10 | Which pairs would be counted additionally if line 10 used `spans` instead of `spans[i + 1:]`? | Each pair twice and each span with itself.
7 12 | Three equal spans of ten minutes are given: what is `total` at the end? | 30.
4 4 | What is the result for spans that only share one minute mark, such as `(0, 5)` and `(5, 9)`? | 0.
9 10 | By what factor does the work of `busy` grow when there are twice as many spans? | About four.
1 4 | How does `overlap` behave if a span is given the wrong way round, like `(9, 5)`? | It gives 0.
7 12 | What does `busy` return for a list with one span, and which line makes sure of that? | 0. | The inner loop has no pass.
""",
    ),
    Program(
        "Schreibe eine Funktion, die die Quersumme einer Zahl berechnet.",
        """\
def quersumme(n):
    summe = 0
    while n > 0:
        summe += n % 10
        n //= 10
    return summe
""",
        """\
3 3 | Was gibt `quersumme(-5)` zurück, und welche Zeile ist der Grund dafür? | 0. | Die Schleife wird nicht betreten.
4 5 | Wozu dient `n //= 10` auf Zeile 5, und was geschähe ohne diese Zeile? | Die letzte Ziffer fällt weg. | Die Schleife endete nie.
4 4 | Welchen Wert hat `summe` nach jedem Durchlauf bei `quersumme(123)`? | 3, 5 und 6.
3 3 | Warum genügt `n > 0` als Bedingung, obwohl auch die 0 eine Ziffer ist? | Eine 0 ändert die Summe nicht.
""",
    ),
    Program(
        "Écris une fonction qui renverse chaque mot d'une phrase.",
        """\
def renverser(phrase):
    mots = phrase.split()
    return " ".join(mot[::-1] for mot in mots)
""",
        """\
2 3 | Que deviennent deux espaces entre les mots, et quelle ligne en est la cause ? | Il n'en reste qu'un. | split les avale.
3 3 | Que vaut `renverser("")`, et pourquoi n'y a-t-il pas d'erreur ? | Une chaîne vide. | La liste est vide.
3 3 | À quoi sert `[::-1]` dans la ligne 3 ? | Il prend les lettres de la fin au début.
""",
    ),
    Program(
        "Escribe una función que diga si una palabra es un palíndromo.",
        """\
def palindromo(palabra):
    i, j = 0, len(palabra) - 1
    while i < j:
        if palabra[i] != palabra[j]:
            return False
        i, j = i + 1, j - 1
    return True
""",
        """\
3 3 | ¿Cuántas vueltas da el bucle con `palindromo("ana")`, y por qué no más? | Una. | Los índices se encuentran en medio.
2 2 | ¿Qué pasa con la palabra vacía, y qué devuelve la función? | El bucle no empieza. | True.
6 6 | ¿Qué ocurriría si en la línea 6 solo cambiara `i`? | Se compararían letras equivocadas.
""",
    ),
)


def read() -> tuple[Good, ...]:
    """All of them."""
    return tuple(good for program in PROGRAMS for good in hand_written(program))
