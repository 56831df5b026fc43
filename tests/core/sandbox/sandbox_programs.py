"""Programs with calls, for comparing the sandbox with CPython: ordinary ones, and odd ones."""

from __future__ import annotations

from typing import Final

_LOUD: Final = """\
def p(n, v=None):
    print(n)
    return n if v is None else v
def bad(n):
    print('bad', n)
    raise ValueError('bad')
L = [1, 2, 3]
D = {1: 2}
def f(*a, **k): return 0
"""
_EXPRESSIONS: Final = """\
-7 // 2, -7 % 3, 7 // -2, divmod(7.5, -2), 2 ** -1, (-8) ** (1 / 3), 2 ** 100, 7 / 2, 1e308 * 10
round(2.5), round(-0.5), round(1234, -2), int(-3.9), int(' 12 '), int('ff', 16), float('1e3'), 0.1 + 0.2, 1 / 3
'%d %s %5.2f %x %r %%' % (3, 'a', 2.5, 255, 'q'), '{:>10}|{:^7}|{:,}|{:05.1f}'.format('a', 'b', 1234567, 3.14159)
f'{3!r:>5}{"a":*^5}{3.14159:.2f}{10:08b}{1000000:,}{0.5:.0%}', str(1e16), str(1e-5), repr('it\\'s')
'Hello World'.swapcase(), "they're".title(), 'a,b,,c'.split(','), ' a  b '.split(), 'a-b'.partition('-')
'abc'.find('z'), 'abc'.replace('', '-'), 'xxaxx'.strip('x'), '-3'.zfill(5), 'abc'[10:], 'abc'[::-2]
[1, 2, 3][::-1], [1] * 3, (1, 2)[0:1], [*range(3), 4], [x * y for x in range(3) for y in range(3) if x != y]
sorted(['b', 'A', 'a']), sorted([3, 1, 2], reverse=True), max('abc'), min([], default=4), sum([[1], [2]], [])
True + True, not 0, 0 or 'a', [] and 1, 1 < 2 < 3, 1 == 1.0, [1] == (1,), 'a' in 'abc', 1 in [1.0]
dict(zip('ab', [1, 2])), {**{'a': 1}, 'b': 2}, {'a': 1}.get('b'), list({'a': 1, 'b': 2}.items())
list(map(str, [1, 2])), ''.join(sorted('cab')), sum(x * x for x in range(4)), list(enumerate('ab', 1))
any(c == 'a' for c in 'banana'), ''.join(reversed('abc')), tuple(x for x in 'ab'), list(zip(*[[1, 2], [3, 4]]))
len({1, 2, 1}), 2 in {1, 2}, sorted({3, 1, 2}), {1, 2} == {2, 1}, type(3), isinstance(True, int)
1 / 0
int('a')
[1, 2, 3][10]
{'a': 1}['b']
'a' + 1
'abc'.uper()
undefined_name
len(3)
None.foo
5()
max([])
'a' < 1
[1].remove(2)
any(1/x for x in [1, 0])
map(str, [1])
next((a for a in [1, 2]), None)
round(2.675, 2)
sum([0.1] * 10)
{1, 2, 3}
list({'b', 'a'})
{1: 'a', True: 'b'}
input()
open('x')
exit()
globals()
object()
hash('a')
1000 is 1000
int('١')
zzz(p(1))
L.zzz(p(1))
L.append(bad(1))
L.zzz(bad(1))
f(*[p(1)], **{'a': p(4)})
L[p(0)] + p(1) * p(2)
p(1) if p(0) else p(2)
"""
_TEXTS: Final = (
    ("def f():\n  try:\n    return 1\n  finally:\n    print('a')", "f()"),
    (
        "def f():\n  for i in range(3):\n    try:\n      continue\n    finally:\n      print(i)\n  else:\n    print(9)",
        "f()",
    ),
    ("x = [1, 2, 3, 4]\nfor i in x:\n  x.remove(i)", "x"),
    ("x = {1: 2}\nfor k in x:\n  x[k + 1] = 1", ""),
    ("x = [3, 4]\ny = []\nfor i, v in enumerate(x):\n  y.append(v)\n  if len(x) < 5: x.append(9)", "y"),
    ("m = map(int, ['1', '2'])\na = list(m)\nb = list(m)", "(a, b)"),
    ("def f(i):\n  print(i)\n  return i > 1\nx = any(f(i) for i in [1, 2, 3])", "x"),
    ("def f(a, b=2, *c, d, e=5, **k): return (a, b, c, d, e, k)", "f(1, d=4)"),
    ("def f(**k): return k", "f(**{'a': 1}, b=2)"),
    ("fs = [lambda: i for i in range(3)]", "[f() for f in fs]"),
    ("c = 0\ndef f():\n  c += 1\n  return c", "f()"),
    ("def f(x, l=[]):\n  l.append(x)\n  return l", "(f(1), f(2))"),
    ("a, *b = 1, 2, 3\n*c, d = 'abc'", "(a, b, c, d)"),
    ("a, b = 1, 2, 3", ""),
    ("x = [1, 2, 3, 4, 5]\nx[1:3] = [9]\nx[::2] = [0, 0]", "x"),
    ("x = 'abc'\nx[0] = 'd'", ""),
    ("x = [1]\nx += 'ab'", "x"),
    ("x = {}\ndel x['a']", ""),
    ("class P:\n  def __init__(self, a): self.a = a\n  def __eq__(self, o): return self.a == o.a", "P(1) == P(1)"),
    ("class A:\n  def __len__(self): return 3", "len(A())"),
    ("class A: pass", "A()"),
    ("class A(Exception): pass\nraise A('x')", ""),
    ("class A:\n  x = 1\n  y = [x for _ in range(2)]", "A.y"),
    ("class S:\n  def __init__(self): self.items = []\n  def pop(self): return self.items.pop()", "S().pop()"),
    (
        "from collections import Counter, defaultdict\nd = defaultdict(int)\nfor c in 'hello': d[c] += 1",
        "(d['l'], Counter('hello'))",
    ),
    ("import math", "(math.sqrt(16), math.floor(-1.5), math.ceil(1.2), math.gcd(12, 18), math.pi)"),
    ("import string\ndef f(c): return string.ascii_lowercase.index(c)", "f('d')"),
    ("import random\nx = random.random()", "x"),
    ("import time\nx = time.time()", "x"),
    ("import numpy", ""),
    ("try:\n  import numpy\nexcept ImportError:\n  x = 4", "x"),
    ("def f(x: Foo): return x", "f(1)"),
    ("raise ValueError('a')", ""),
    ("raise ValueError(1)", ""),
    ("raise NotImplementedError", ""),
    ("raise TimeoutError('mine')", ""),
    ("try:\n  int('a')\nexcept ValueError:\n  x = 1\nfinally:\n  print('f')", "x"),
    ("try:\n  1 / 0\nexcept Exception as e:\n  x = str(e)", "x"),
    ("print = 5\nprint(3)", ""),
    ("def f():\n  print(y)\n  y = 1", "f()"),
    ("x = 0\nwhile x < 3:\n  x += 1\n  if x == 2: break\nelse:\n  x = 99", "x"),
    ("for i in []: pass\nx = i", ""),
    ("def f(n):\n  if n <= 1: return 1\n  return n * f(n - 1)", "f(20)"),
    ("def f(n): return f(n + 1)", "f(1)"),
    ("def f(n): return 0 if n == 0 else 1 + f(n - 1)", "f(700)"),
    ("def f(n): return 0 if n == 0 else 1 + f(n - 1)", "f(1500)"),
    ("def f(n):\n  try:\n    return f(n + 1)\n  except RecursionError:\n    return n", "f(0)"),
    ("print(*[1, 2, 3], sep='-', end='!\\n')\nprint()\nprint('é', None, [1.0, 'a'], {'a': 1})", ""),
    ("def f(x:\n  return 1", ""),
    ("if True:\nx = 1", ""),
    ("return 5", ""),
    ("x = await f()", ""),
    ("def f(s):\n  return s[0:2]", "f({'a': 1})"),
    ("def f(x):\n  return x in range(10**9, 10**11)", "f(2.5)"),
    ("match [1, 2, 3]:\n  case [a, *b]: x = (a, b)", "x"),
    ("def f(x):\n  return yes if x else no", "f(1)"),
    ("x = 'a\\\nb'\ny = '''c\nd'''", "(x, y)"),
)
PROGRAMS: Final = (*((_LOUD, line) for line in _EXPRESSIONS.splitlines()), *_TEXTS)
HOSTILE: Final = (
    "import os\nwhile True:\n    os.fork()",
    "i = 0\nwhile i < 10**10:\n    i += 1",
    "for i in range(10**10): pass",
    "def f(): return f()\nf()",
    "x = [0] * 10**9",
    "x = 'a' * 2**40",
    "x = 9**9**9",
    "x = 1\nwhile True:\n    x = x * x + 1",
    "x = 'a'\nwhile True:\n    x += x",
    "x = [1]\nwhile True:\n    x.append(x)",
    "while True:\n    print('a' * 1000)",
    "print('a' * 50_000_000)",
    "x = " + "(" * 5000 + "1" + ")" * 5000,
    "x = " + "[" * 80 + "]" * 80,
    "x = " + "-" * 100_000 + "1",
    "x = 1" + " + 1" * 50_000,
    "x = a" + ".b" * 50_000,
    "x = f(" * 20_000,
    "if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 2_000)),
    "lambda: " * 10_000 + "1",
    "x = " + "not " * 20_000 + "1",
    "a = " * 50_000 + "1",
    "x = 1 if 1 else " * 10_000 + "1",
    "\0",
    "x = '\ud800'",
    "def f():\n    try:\n        f()\n    finally:\n        f()\nf()",
    "sorted(range(10**7), key=lambda n: -n)",
    "x = list(range(10**6))\nwhile True:\n    x = x + x",
    "'%*d' % (10**9, 1)",
    "'{:1000000000}'.format(1)",
    "x = 10**1_000_000\nprint(x)",
    "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
    "x = []\nx.append(x)\nx == [x]",
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
)
