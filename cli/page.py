"""Page: the frame of every HTML page of the command line: its head, its colours in light and dark, its tables."""

from __future__ import annotations

from string import Template

_FRAME = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ${scripts}img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --line: #8886; --page: #fff; --ink: #111 }
@media screen and (prefers-color-scheme: dark) { :root { --page: #121212; --ink: #eee } }
body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; overflow-wrap: break-word }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
${style}</style>
</head>
<body>
${body}</body>
</html>
"""
)
STACK = """@media (max-width: 44rem) {
 .stack, .stack :is(tbody, tr, th, td) { display: block } .stack :is(th, td) { border: 0; padding: .1rem 0 }
 .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
 .stack tr { border-bottom: 1px solid var(--line); padding: .6rem 0 }
}
"""
"""The style by which the rows of a table of the class `stack` become blocks on a phone."""


def page_of(title: str, style: str, body: str, has_script: bool = False) -> Template:
    """Return the template of a page; `title` and `body` may have fields, the style has none."""
    scripts = "script-src 'unsafe-inline'; " if has_script else ""
    return Template(_FRAME.substitute(title=title, style=style, body=body, scripts=scripts))
