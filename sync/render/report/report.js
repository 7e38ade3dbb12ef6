"use strict";
// Search, sorting and the language of the page. Without this script everything is there, too.
(() => {
  const root = document.documentElement;
  const radios = [...document.querySelectorAll("input[name=language]")];
  const table = document.getElementById("table");

  function show(language) {
    root.lang = language;
    for (const radio of radios) radio.checked = radio.value === language;
  }
  for (const radio of radios)
    radio.addEventListener("change", () => show(radio.value));
  const wanted = (navigator.languages || [navigator.language || ""])
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === "ja" || tag === "en");
  show(wanted || root.lang);

  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  let folded = null;

  // Each word must be somewhere in the row.
  function search(text) {
    folded = folded || rows.map((row) => fold(row.innerText || row.textContent));
    const words = fold(text).split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => folded[i].includes(word));
      if (!row.hidden) found++;
    });
    for (const place of document.querySelectorAll("[data-found]"))
      place.textContent = String(found);
  }
  const input = document.getElementById("words");
  input.addEventListener("input", () => search(input.value));
  document.getElementById("search").hidden = false;
  if (input.value) search(input.value); // what a browser restored

  // What the source doesn't state comes last, whichever way.
  function sort(head, column) {
    const down = head.getAttribute("aria-sort") === "ascending";
    const collator = new Intl.Collator(root.lang, { numeric: true });
    const key = new Map(rows.map((row) => [row, row.cells[column].textContent.trim()]));
    const sorted = [...rows].sort((a, b) => {
      const unknown = (key.get(a) === "–") - (key.get(b) === "–");
      const order = collator.compare(key.get(a), key.get(b));
      return unknown || (down ? -order : order);
    });
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...sorted);
  }
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });
})();
