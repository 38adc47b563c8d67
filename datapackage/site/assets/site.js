// Copying, sorting and filtering: what a page can do beyond its text. Nothing is fetched.
"use strict";

const button = (text, label) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  return made;
};

// Copy: the clipboard where the browser gives it (not to files), else the text is selected and copied.
async function copy(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  }
}

for (const copier of document.querySelectorAll("button.copy")) {
  copier.hidden = false;
  copier.setAttribute("aria-live", "polite");
  copier.addEventListener("click", async () => {
    const element = document.getElementById(copier.dataset.copy);
    copier.textContent = (await copy(element.textContent.trim(), element)) ? "Copied" : "Selected";
    setTimeout(() => (copier.textContent = "Copy"), 2000);
  });
}

const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

// What a cell is sorted by, by the type of its column. Numbers: -INF is the least, INF the largest, and what is no
// number (NaN, an empty cell) has no place among them. Whole numbers may be longer than a Number is exact.
const NUMBERS = new Set(["integer", "number", "year"]);
const INFINITE = new Map([["INF", Infinity], ["-INF", -Infinity]]);
function numberOf(text) {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  return INFINITE.get(text) ?? (text ? Number(text) : NaN);
}

// Compare two cells; those without a place stay last whatever the direction, NaN before empty ones.
function comparing(numeric, falling) {
  const { compare } = new Intl.Collator();
  const placed = (value) => (numeric ? value === value : value !== "");
  return (one, other) => {
    const [a, b] = falling ? [other, one] : [one, other];
    if (!placed(one.value) || !placed(other.value))
      return placed(other.value) - placed(one.value) || !one.text - !other.text;
    return numeric ? (a.value > b.value) - (a.value < b.value) : compare(a.value, b.value);
  };
}

// A table whose rows can be sorted by each column, and filtered by text and by codes.
function lively(tools) {
  const table = document.getElementById(tools.dataset.table);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({
    row,
    cells: [...row.cells].map((cell) => cell.textContent.trim()),
    text: folded(row.textContent),
  }));
  const status = tools.querySelector(".status");
  const asked = tools.querySelector("input");
  const place = table.hasAttribute("aria-describedby") ? " on this page" : ""; // where the table goes on elsewhere
  let order = "";
  const selects = new Map();

  function filter() {
    const words = folded(asked.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, cells, text } of rows) {
      const kept =
        words.every((word) => text.includes(word)) &&
        [...selects].every(([column, select]) => !select.value || cells[column] === select.value);
      row.hidden = !kept;
      shown += kept ? 1 : 0;
    }
    status.textContent = `${shown} of ${rows.length} rows${place}${order}`;
  }

  function sort(column, header, numeric) {
    const falling = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const keyed = rows.map(({ row, cells: { [column]: text } }) => ({
      row,
      text,
      value: numeric ? numberOf(text) : text,
    }));
    body.append(...keyed.sort(comparing(numeric, falling)).map(({ row }) => row));
    order = `, sorted by ${header.textContent}, ${falling ? "descending" : "ascending"}`;
    filter(); // it says so
  }

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const name = header.textContent;
    const sorter = button(name);
    header.replaceChildren(sorter);
    sorter.addEventListener("click", () => sort(column, header, NUMBERS.has(header.dataset.type)));
    const codes = [...new Set(rows.map(({ cells }) => cells[column]))].filter(Boolean).sort();
    if ("codes" in header.dataset && codes.length > 1) {
      const select = document.createElement("select");
      select.id = `filter-${column}`;
      select.append(new Option("any", ""), ...codes.map((code) => new Option(code, code)));
      select.addEventListener("change", filter);
      const label = document.createElement("label");
      label.htmlFor = select.id;
      label.textContent = name;
      const line = document.createElement("p");
      line.append(label, " ", select);
      status.before(line);
      selects.set(column, select);
    }
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  asked.addEventListener("input", filter);
  tools.hidden = false;
  filter();
}

document.querySelectorAll("form.tools").forEach(lively);
