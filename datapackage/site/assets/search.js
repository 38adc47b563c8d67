// Search: the words of the index lie in scripts, each with a range of words; those that can match are loaded.
// Scripts, because pages that are opened as files cannot fetch anything else.
"use strict";

{
  const root = document.documentElement.dataset.root;
  const form = document.querySelector("form.search");
  const input = form.querySelector("input");
  const found = form.querySelector(".found");
  const status = found.querySelector("p");
  const list = found.querySelector("ul");
  const further = found.querySelector("button");
  const SHOWN = 30; // how many results there are at first, and how many more at a time
  const SHARDS = 8; // how many are read for one word
  const loaded = new Map(); // the path of a script, and the promise of it
  const shards = new Map();
  let ranges = null;
  let most = 0;

  window.communiqueRanges = (given, perWord) => {
    ranges = given;
    most = perWord;
  };
  window.communiqueShard = (number, words) => shards.set(number, words);

  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}_]+/gu) ?? [];

  function load(path) {
    if (!loaded.has(path)) {
      loaded.set(
        path,
        new Promise((done, failed) => {
          const script = document.createElement("script");
          script.src = root + path;
          script.onload = done;
          script.onerror = () => failed(new Error(path));
          document.head.append(script);
        }),
      );
    }
    return loaded.get(path);
  }

  // Words are in the order of code points, as Python has it; JavaScript compares units of UTF-16.
  const points = (text) => Array.from(text, (letter) => letter.codePointAt(0));
  function before(one, other) {
    const [a, b] = [points(one), points(other)];
    for (let place = 0; place < Math.min(a.length, b.length); place++)
      if (a[place] !== b[place]) return a[place] < b[place];
    return a.length < b.length;
  }

  // What has a word that begins with `word`: the entries by path, and whether there may be more.
  async function beginning(word) {
    const fits = (known) => known.startsWith(word);
    const numbers = ranges.flatMap(([first, last], number) =>
      !before(last, word) && (fits(first) || !before(word, first)) ? [number] : [],
    );
    await Promise.all(numbers.slice(0, SHARDS).map((number) => load(`search/${number}.js`)));
    const entries = new Map();
    let all = numbers.length <= SHARDS;
    for (const number of numbers.slice(0, SHARDS))
      for (const [known, listed] of shards.get(number))
        if (fits(known)) {
          all &&= listed.length <= most;
          for (const entry of listed) entries.set(entry[0], entry);
        }
    return { word, entries, all };
  }

  async function search(text) {
    const asked = wordsOf(text);
    const each = await Promise.all(asked.map(beginning));
    // The word with fewest entries, all of them known if possible, holds the answer; the others choose among them.
    each.sort((one, other) => other.all - one.all || one.entries.size - other.entries.size);
    const [narrowest] = each;
    const matches = (texts) => {
      const words = wordsOf(texts.filter(Boolean).join(" "));
      return asked.every((word) => words.some((known) => known.startsWith(word)));
    };
    const whole = fold(text.trim());
    // First those whose name begins as asked, then those that match by what a result shows, then the others.
    const rank = ([, title, native, about]) => {
      if ([title, native].some((name) => name && fold(name).startsWith(whole))) return 0;
      return matches([title, native, about]) ? 1 : 2;
    };
    const ranked = [...narrowest.entries.values()]
      .filter(matches)
      .map((entry) => ({ entry, rank: rank(entry) }));
    ranked.sort((one, other) => one.rank - other.rank || one.entry[1].localeCompare(other.entry[1]));
    return { answer: ranked.map(({ entry }) => entry), all: narrowest.all };
  }

  function itemOf([path, title, native, about]) {
    const link = document.createElement("a");
    link.href = root + path;
    link.textContent = title;
    const beside = document.createElement("span");
    beside.className = "about";
    beside.textContent = [native, about].filter(Boolean).join(" · ");
    link.append(beside);
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  let result = { answer: [], all: true };
  function add() {
    const { answer, all } = result;
    const shown = list.children.length;
    list.append(...answer.slice(shown, shown + SHOWN).map(itemOf));
    const now = list.children.length;
    const more = all ? "" : "; there may be more, so add a word";
    status.textContent =
      answer.length > now
        ? `${now} of ${answer.length} results${more}`
        : `${answer.length || "No"} result${answer.length === 1 ? "" : "s"}${more}`;
    further.hidden = now === answer.length;
    return list.children[shown]; // the first that was added
  }

  function show(given) {
    result = given;
    list.replaceChildren();
    add();
  }

  async function update() {
    const text = input.value;
    found.hidden = !wordsOf(text).length;
    if (found.hidden) return;
    try {
      await load("search/ranges.js");
      const answered = await search(text);
      if (text === input.value) show(answered); // else something else is asked by now
    } catch (error) {
      status.textContent = `The index cannot be read: ${error.message}`;
    }
  }

  form.hidden = false;
  input.addEventListener("input", update);
  further.addEventListener("click", () => add().querySelector("a").focus());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      found.hidden = true;
      input.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...list.querySelectorAll("a"), ...(further.hidden ? [] : [further])];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) found.hidden = true;
  });
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !form.contains(relatedTarget)) found.hidden = true; // else it may lie over what has the focus
  });
}
