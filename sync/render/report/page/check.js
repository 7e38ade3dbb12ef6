// Check my list: what `ismap-sync check` says of the same lines. Nothing leaves the browser.
const KINDS = ["number", "listed", "left", "wasListed", "wasLeft"];

// Every name that a service has or had, folded, with its kind: the first kind that has a name decides.
let namesFound = null;
function allNames() {
  if (namesFound) return namesFound;
  namesFound = new Map();
  const add = (text, kind, service) => {
    const name = fold(text || "");
    if (!name) return;
    const kinds = namesFound.get(name) || namesFound.set(name, {}).get(name);
    (kinds[kind] ||= new Set()).add(service);
  };
  for (const service of SERVICES) {
    add(service.key, "number", service);
    add(service.value[FIELD.number], "number", service);
    for (const field of [FIELD.name, FIELD.nameEnglish]) add(service.value[field], service.listed ? "listed" : "left", service);
    for (const [, what, before] of service.history)
      if ([FIELD.name, FIELD.nameEnglish, FIELD.number].includes(what)) add(before, service.listed ? "wasListed" : "wasLeft", service);
  }
  return namesFound;
}

function judge(service) {
  if (!service.listed) return ["fails", "delisted"];
  const force = service.value[FIELD.inForce];
  if (force === "yes") return ["holds", "required"];
  return force === "no" ? ["fails", "other-status"] : ["unclear", "unknown-status"];
}

// One claim: {result, reason, service, candidates}.
function verdict(given) {
  const kinds = allNames().get(fold(given));
  let found = kinds ? [...kinds[KINDS.find((kind) => kinds[kind])]] : [];
  if (found.length > 1) found = found.find((service) => service.key === given) ? found.filter((service) => service.key === given) : found;
  if (found.length === 1) {
    const [result, reason] = judge(found[0]);
    return { result, reason, service: found[0], candidates: [] };
  }
  if (found.length === 0) return { result: LIST.complete ? "fails" : "unclear", reason: LIST.complete ? "absent" : "partial", candidates: [] };
  const judged = found.map(judge);
  return judged.every(([result]) => result === "fails") ? { result: "fails", reason: judged.at(-1)[1], candidates: found }
    : { result: "unclear", reason: "ambiguous", candidates: found };
}

// The lines of a text that claim something. Of a row of a spreadsheet its first cell counts. An old list decides nothing.
function checkLines(text) {
  return text.split(/\r?\n/).map((line, i) => ({ line: i + 1, given: line.split("\t").map((cell) => cell.trim()).find(Boolean) || "" }))
    .filter(({ given }) => given && !given.startsWith("#")).map((row) => {
      const found = verdict(row.given);
      return isOld() ? { ...row, ...found, result: "unclear", reason: "stale" } : { ...row, ...found };
    });
}

const RESULT_SHAPES = { holds: "●", fails: "○", unclear: "◐" };
const checkHeadings = () => ["line", "given", "result", "reason", "number", "name", "provider", "status", "since", "level"].map((name) => t(name));
const checkCells = ({ line, given, result, reason, service, candidates }) => [line, given, t(result), tOf("reasons", reason, LIST.first), service ? service.key : candidates.map((one) => one.key).join(" "),
  service?.name || "", service?.provider || "", service ? statusWord(service.listed ? service.status || "unknown" : "delisted", true)
    : reason === "stale" && !candidates.length ? tOf("reasons", "absent", LIST.first) : "", !service ? "" : service.seen ? t("seenSince", service.since) : service.since, service ? levelText(service) : ""];
// On the screen the provider stands below the service, the level below the status.
const CELLS_SHOWN = [0, 1, 2, 3, 4, 5, 7, 8], BELOW = { 5: 6, 7: 9 };
function answerCell(row, cells, i) {
  if (i === 2) return [h("span", { class: "shape", "aria-hidden": "true" }, RESULT_SHAPES[row.result]), " ", cells[i]];
  if (i === 4 && row.service) return toService(row.service.key, cells[i]);
  return BELOW[i] && cells[BELOW[i]] ? [cells[i], h("small", {}, cells[BELOW[i]])] : cells[i];
}
// Rows for a spreadsheet: a cell that it would take for a formula begins with '.
const checkRows = (rows) => [checkHeadings(), ...rows.map(checkCells)].map((row) => row.map((cell) =>
  String(cell).replace(/[\t\r\n]+/g, " ").replace(/^[=+\-@]/, "'$&")).join("\t")).join("\r\n");

function checkAnswer(rows) {
  const counts = ["holds", "fails", "unclear"].map((result) => rows.filter((row) => row.result === result).length);
  const headings = checkHeadings();
  return [isOld() ? h("p", { class: "warning", role: "alert" }, t("checkOld")) : "",
    h("p", { role: "status" }, h("b", {}, t("summary", t("lines", rows.length), ...counts)), " ", h("span", { class: "soft" }, t("holdsMeans"))),
    h("p", { class: "actions" }, button(t("copy"), (event) => copy(checkRows(rows), event.target)),
      calendarButton(rows.map((row) => row.service).filter(Boolean), LIST.registry + "-dates")),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("check") }, h("table", { class: "figures answers" },
      h("thead", {}, h("tr", {}, CELLS_SHOWN.map((i) => h("th", { scope: "col" }, headings[i])))),
      h("tbody", {}, rows.map((row) => h("tr", { class: row.result, "data-line": row.line, "data-result": row.result, "data-reason": row.reason, "data-number": row.service?.key,
        "data-candidates": row.candidates.map((one) => one.key).join(" ") }, CELLS_SHOWN.map((i, _, __, cells = checkCells(row)) => h("td", { class: "a" + i, "data-label": i === 8 ? headings[i] : undefined }, answerCell(row, cells, i))))))))];
}

async function copy(text, pressed) {
  const area = h("textarea", { class: "away", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  // A page from a file isn't always let near the clipboard in the newer way.
  const done = document.execCommand("copy");
  area.remove();
  if (!done) await navigator.clipboard.writeText(text);
  pressed.textContent = t("copied");
  pressed.focus();
}

// What was pasted stays while the page is made anew in another language.
let pasted = "";
let checked = false;
function checkSection() {
  const answer = h("div", { id: "check-answer" }, checked ? checkAnswer(checkLines(pasted)) : "");
  const input = h("textarea", { id: "check-input", rows: "6", spellcheck: "false", autocomplete: "off", oninput: (event) => {
    pasted = event.target.value;
    if (event.inputType === "insertFromPaste") answerNow();
  } });
  const answerNow = () => { checked = true; answer.replaceChildren(...checkAnswer(checkLines(pasted)).filter(Boolean)); };
  input.value = pasted;
  return h("section", { id: "check", "aria-labelledby": "check-title" }, h("h2", { id: "check-title" }, t("check")),
    h("p", { class: "soft" }, t("checkHow")), h("label", { for: "check-input" }, t("checkInput")), input,
    h("p", {}, button(t("checkNow"), answerNow, { class: "primary" })), answer);
}
