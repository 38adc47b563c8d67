"""One self-contained HTML page: counts, filters by table, rule and severity, and rows with the bad cell marked.

Nothing is fetched: a content security policy forbids it. Every text from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from string import Template

from communique import __version__
from communique.datapackage import Finding, Report

from ..page import STACK, page_of
from ..wording import counted, demand, hint, inert, path_of, tally

SHOWN = 2_000
"""How many findings are listed; all are counted."""

_PAGE = page_of(
    "$title",
    """:root { --bad: #c62828; --warn: #a15c00; --mark: #ffcdd2; --marked: #111 }
th, td { padding: .35rem .4rem }
td, tbody th { overflow-wrap: anywhere } #findings td:first-child { min-width: 11rem }
tbody th { min-width: 7.5rem } #rules code, #findings td:nth-child(2) code { white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.error { color: var(--bad) } .warning { color: var(--warn) }
@media screen and (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --warn: #ffcc80 } }
mark { background: var(--mark); color: var(--marked); padding: 0 .25em }
code { font-family: ui-monospace, monospace; font-size: .92em }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 }
label { display: grid; max-width: 100% } select { font: inherit; max-width: 100% }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: 0 1rem; margin: .3rem 0 } dd { margin: 0 }
.remedy { opacity: .8 } [hidden] { display: none !important }
@media print { form { display: none } }
"""
    + STACK
    + """@media (max-width: 44rem) { .stack td.n { text-align: left } .stack td.n::before { content: "findings: " } }
""",
    """<main>
<h1>$title</h1>
<p>$summary</p>
$notes
<h2>Tables</h2>
<table><thead><tr><th scope="col">table</th><th scope="col" class="n">read</th><th scope="col" class="n">valid</th>
<th scope="col" class="n">rejected</th></tr></thead><tbody>$tables</tbody></table>
<h2>Rules</h2>
<table id="rules" class="stack"><thead><tr><th scope="col">rule</th><th scope="col" class="n">findings</th><th scope="col">what it says</th></tr></thead>
<tbody>$rules</tbody></table>
$listing
<p>communique $version</p>
</main>
""",
    has_script=True,
)

_LISTING = Template(
    """<h2>Findings</h2>
<form id="filters">
<label>Table <select name="table"><option value="">all</option>$table_options</select></label>
<label>Rule <select name="code"><option value="">all</option>$rule_options</select></label>
<label>Severity <select name="severity"><option value="">all</option><option>error</option><option>warning</option>
<option>info</option></select></label>
</form>
<p id="shown" role="status">$shown</p>
<table id="findings" class="stack"><thead><tr><th scope="col">place</th><th scope="col">rule</th><th scope="col">cell</th>
<th scope="col">expected</th></tr></thead><tbody>$findings</tbody></table>
<script>
const form = document.getElementById("filters"), rows = [...document.querySelectorAll("#findings tbody tr")];
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("change", () => {
  const wanted = [...new FormData(form)].filter(([, value]) => value);
  let shown = 0;
  for (const row of rows) {
    row.hidden = !wanted.every(([name, value]) => row.dataset[name] === value);
    if (!row.hidden) shown += 1;
  }
  document.getElementById("shown").textContent = shown + " of " + rows.length + " listed findings shown";
});
</script>"""
)


def render(report: Report) -> str:
    """Return the page."""
    rejected = sum(table.rejected for table in report.tables)
    read = sum(table.read for table in report.tables)
    return _PAGE.substitute(
        title=escape(inert(f"Report on {report.edition}")),
        summary=f"{tally(report)}. {read:,} rows read = {read - rejected:,} valid + {rejected:,} rejected.",
        notes="".join(f"<p>{escape(note)}</p>" for note in _notes(report)),
        tables="".join(_table_rows(report)),
        rules="".join(_rule_rows(report)) or '<tr><td colspan="3">No findings.</td></tr>',
        listing=_listing(report),
        version=escape(__version__),
    )


def _listing(report: Report) -> str:
    if not report.total:
        return ""
    listed = report.findings[:SHOWN]
    return _LISTING.substitute(
        table_options=_options({finding.table or finding.file for finding in report.findings}),
        rule_options=_options(report.counts),
        shown=f"{len(listed):,} of {counted(report.total, 'finding')} listed",
        findings="".join(_finding_row(finding, report) for finding in listed),
    )


def _notes(report: Report) -> Iterator[str]:
    if report.unchecked:
        yield f"Not decided, because a table could not be read: {', '.join(report.unchecked)}."
    if report.waived:
        yield f"{counted(len(report.waived), 'finding')} waived in dataset.yaml."
    if report.older:
        yield f"Left out: {counted(report.older, 'finding')} that the revision already had."


def _table_rows(report: Report) -> Iterator[str]:
    for table in report.tables:
        numbers = "".join(
            f'<td class="n">{number:,}</td>' for number in (table.read, table.valid, table.rejected)
        )
        yield f'<tr><th scope="row">{escape(inert(table.table))}</th>{numbers}</tr>'


def _rule_rows(report: Report) -> Iterator[str]:
    for code, count in report.counts.most_common():
        rule = report.rules[code]
        says = f'{escape(rule.statement)}<br><span class="remedy">{escape(rule.remedy)}</span>'
        name = f'<code class="{rule.severity}">{escape(code)}</code>'
        yield f'<tr><th scope="row">{name}</th><td class="n">{count:,}</td><td>{says}</td></tr>'


def _options(values: Iterable[str]) -> str:
    """Return the choices of a filter. Each has its value beside its text, in which a browser joins spaces."""
    texts = (escape(inert(value)) for value in sorted(values))
    return "".join(f'<option value="{text}">{text}</option>' for text in texts)


def _finding_row(finding: Finding, report: Report) -> str:
    data = {"table": inert(finding.table or finding.file), "code": finding.code, "severity": finding.severity}
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    place = escape(f"{inert(path_of(finding, report), 1000)}:{finding.line or 1}:{finding.offset or 1}")
    code = f'<code class="{finding.severity}">{escape(finding.code)}</code><br>{finding.severity}'
    cell = _cell(finding) + _sample(finding, report)
    expected = "<br>".join(escape(text) for text in (demand(finding, report), hint(finding)) if text)
    return f"<tr {attributes}><td>{place}</td><td>{code}</td><td>{cell}</td><td>{expected}</td></tr>"


def _sample(finding: Finding, report: Report) -> str:
    """Return the whole row of a finding, with the bad cell marked, where the report has it."""
    cells = report.samples.get((finding.file, finding.record or 0))
    if not cells:
        return ""
    listed = "".join(
        f"<dt>{escape(inert(label))}</dt><dd>{_marked(text, label == finding.column)}</dd>"
        for label, text in cells.items()
    )
    return f"<details><summary>the row</summary><dl>{listed}</dl></details>"


def _marked(text: str, bad: bool) -> str:
    shown = escape(inert(text, 500))
    return f"<mark>{shown or 'empty'}</mark>" if bad else shown


def _cell(finding: Finding) -> str:
    key = f"<br>row with key {escape(inert(finding.key))}" if finding.key else ""
    if not finding.column:
        return f"the row{key}" if finding.record else f"the file{key}"
    value = _marked(finding.value, bad=True) if finding.value is not None else ""
    return f"<code>{escape(inert(finding.column))}</code> {value}{key}"
