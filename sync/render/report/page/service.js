// One service: within the page, and as a sheet of paper.
const SHORT_TYPES = ["line", "word", "date", "time", "number", "url", "yes-no"];
// What stands elsewhere in a service's view.
const ELSEWHERE = [FIELD.name, FIELD.nameEnglish, FIELD.number, FIELD.provider, FIELD.status, FIELD.statusSource, FIELD.inForce, FIELD.basis, FIELD.events,
  FIELD.controls, FIELD.unlisted, FIELD.leftOn, FIELD.leftBasis, FIELD.untilBasis];

const fieldLabel = (field) => {
  const known = LABELS[field], stated = DATA.fields[field];
  return known ? pick(known) : stated ? pick([stated[2] || stated[0], stated[3] || stated[2] || stated[0]]) : String(field);
};

function fieldValue(service, field) {
  const text = service.value[field], type = DATA.fields[field][1];
  if (Number(field) === FIELD.level) return levelWord(text);
  if (Number(field) === FIELD.class) return classWord(text);
  if (Number(field) === FIELD.until) return text + (service.value[FIELD.untilBasis] === "derived" ? "*" : "");
  if (Number(field) === FIELD.yearly) return service.listed && text.startsWith("--") ? t("nextOn", text.slice(2), nextYearly(text, today())) : text.replace(/^--/, "");
  if (Number(field) === FIELD.model) return text.split("\n").map(modelWord).join(" · ");
  if (type === "word") return otherWord(text);
  if (type === "url") return link(text, text);
  if (type === "yes-no") return t(text === "yes" ? "yes" : "no");
  if (type === "list") return said(text.split("\n").join(" · "));
  if (type === "table") return table(text.split("\n").map((row) => row.split("\t")));
  return said(text.replace(/\\n/g, "\n"), "span", { class: type === "text" ? "text" : "" });
}
const table = (rows) => h("table", { class: "figures" }, h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => said(cell, "td"))))));

const facts = (pairs, kind = "") => h("dl", { class: "facts " + kind }, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

function statusLines(service) {
  const word = service.listed ? service.status : "delisted", basis = service.value[FIELD.leftBasis];
  return h("div", { class: "verdict" },
    h("p", {}, badge(service, false), " ", h("span", { class: "force" }, t("inForce") + (language === "ja" ? "：" : ": "),
      h("b", {}, t(service.listed ? (service.force === "left" ? "no" : service.force) : "no"))), " ", h("code", {}, word)),
    !service.listed && service.value[FIELD.leftOn] ? h("p", {}, t(basis === "stated" ? "delistedSince" : "absentSince", service.value[FIELD.leftOn])) : "",
    service.value[FIELD.statusSource] || isOfficial(service.value[FIELD.url]) ? h("p", { class: "soft" }, service.value[FIELD.statusSource] ? t("sourceWord", service.value[FIELD.statusSource]) : "", " ",
      isOfficial(service.value[FIELD.url]) ? link(service.value[FIELD.url], t("officialPage")) : "") : "",
    service.value[FIELD.basis] && (language === "en" || service.value[FIELD.basis] !== WORDS.get(word)?.meaning) ? h("p", { class: "soft" }, t("basis") + (language === "ja" ? "：" : ": "), h("span", { lang: "en" }, service.value[FIELD.basis])) : "");
}

const shown = (field, word) => {
  if (word === "") return "–";
  if (field === FIELD.status || field === FIELD.events) return statusWord(word, true);
  return field === FIELD.level ? levelWord(word) : field === FIELD.class ? classWord(word) : word;
};

const aside = (text) => (text === "" ? "" : language === "ja" ? `（${text}）` : ` (${text})`);

// What changed, in words: [mark, sentence].
function changeWords([, what, before, now]) {
  if (what === "added" || what === "returned") return ["+", t(what) + aside(now ? statusWord(now, true) : "")];
  if (what === "delisted") return ["−", t(what) + aside(WORDS.get(before)?.force === "yes" ? t("noLonger") : "")];
  if (what === "leverages") return ["·", t("became", fieldLabel(what), before || "–", now || "–")];
  if (what !== FIELD.status) return ["·", t("became", fieldLabel(what), shown(what, before), shown(what, now))];
  const held = WORDS.get(before)?.force === "yes", holds = WORDS.get(now)?.force === "yes";
  const then = held && !holds ? "noLonger" : !held && holds ? "nowInForce" : held ? "stillInForce" : "";
  return [held ? "!" : holds ? "+" : "·", t("became", t("status"), shown(what, before), shown(what, now)) + aside(then ? t(then) : "")];
}

// The registry's own events and what this copy saw, newest first: [day, sentence, who].
function timeline(service) {
  const rows = (service.value[FIELD.events] || "").split("\n").slice(1).map((row) => row.split("\t")).filter((row) => row[0])
    .map(([day, from, to, ...rest]) => [day, (from ? statusWord(from, true) + " → " : "") + statusWord(to || "unknown", true) +
      (rest[2] ? `, ${classWord(rest[2])}` : ""), "byRegistry"]);
  for (const change of service.history) rows.push([change[0], changeWords(change)[1], "byCopy"]);
  if (!rows.some(([, , who]) => who === "byRegistry") && service.value[FIELD.registered])
    rows.push([service.value[FIELD.registered], fieldLabel(FIELD.registered), "byRegistry"]);
  return rows.sort((a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0));
}

function historyList(service, most) {
  const rows = timeline(service);
  return h("ol", { class: "timeline" }, rows.slice(0, most).map(([day, text, who]) =>
    h("li", { class: who }, h("time", {}, day), h("span", {}, text, " ", h("small", {}, t(who))))),
    h("li", { class: "note" }, h("small", {}, rows.length > most ? t("andMore", rows.length - most) + ". " : "", t("began", LIST.first))));
}

const neighbour = (key) => {
  const service = BY_KEY.get(key);
  return h("li", { class: service?.force }, h("span", { class: "shape", "aria-hidden": "true" }, SHAPES[service?.force] || "–"), " ", toService(key), " ",
    h("small", {}, service ? statusWord(service.listed ? service.status : "delisted", true) : key));
};
const neighbours = (title, keys, unlisted = []) => (keys.length + unlisted.length === 0 ? "" : h("section", {}, h("h3", {}, title, " ", h("small", {}, t("count", keys.length + unlisted.length))),
  h("ul", { class: "plain" }, keys.slice(0, 6).map(neighbour), unlisted.map((name) => h("li", {}, said(name), " ", h("small", {}, t("neverListed"))))),
  keys.length > 6 ? folded(t("showAll", keys.length), h("ul", { class: "plain" }, keys.slice(6).map(neighbour))) : ""));

const lines = (text) => (text || "").split("\n").filter(Boolean);
// The source's word for a level that is the tree's.
const isTwice = ({ value }, field) => Number(field) === FIELD.levelSource && value[field].toLowerCase() === (value[FIELD.level] || "").replace(/-/g, " ");
const isShort = (text, type) => type !== "table" && text.length < (SHORT_TYPES.includes(type) ? 300 : 100);
const valuesOf = (service, short) => Object.keys(service.value).filter((field) => service.value[field] && !isTwice(service, field) &&
  !ELSEWHERE.includes(Number(field)) && isShort(service.value[field], DATA.fields[field][1]) === short);

function controlsOf(service) {
  const basis = service.value[FIELD.controls];
  return h("p", {}, tOf("controlsBasis", basis), service.baseline ? [" ", h("code", {}, service.baseline)] : "",
    service.controls ? ", " + t("itsOwn", service.controls) : "");
}

function longValue(service, field) {
  const cut = service.value[field].endsWith("…"), count = DATA.fields[field][1] === "list" ? ` (${lines(service.value[field]).length})` : "";
  return folded(fieldLabel(field) + count, h("div", {}, fieldValue(service, field),
    cut ? h("p", { class: "soft" }, t("cut", `${service.listed ? "services" : "delisted"}/${service.key}/${DATA.fields[field][0]}`)) : ""));
}

// The view within the page. close: what the button does.
function serviceView(service, close) {
  return h("article", { id: "service", "aria-labelledby": "service-name" },
    h("div", { class: "service-head" },
      button(["‹ ", t("back")], close, { class: "back" }),
      h("div", {}, said(service.name, "h2", { id: "service-name", tabindex: "-1" }),
        service.english ? h("p", { class: "soft", lang: "en" }, service.english) : "",
        h("p", {}, said(service.provider || t("notStated")), " · ", h("code", {}, service.value[FIELD.number] || service.key))),
      h("div", { class: "actions" }, button(t("copyLink"), (event) => copy(location.href, event.target), { class: "link" }), calendarButton([service], service.key), button(t("printOne"), () => window.print(), { class: "print" }), button("×", close, { class: "close", "aria-label": t("close"), title: t("close") }))),
    statusLines(service),
    facts(valuesOf(service, true).map((field) => [fieldLabel(field), fieldValue(service, field)])),
    h("div", { class: "pair" },
      h("section", {}, h("h3", {}, t("history")), historyList(service, 12)),
      h("div", {}, neighbours(t("builtOn"), service.builtOn, lines(service.value[FIELD.unlisted])), neighbours(t("builtOnThis"), service.usedBy),
        service.value[FIELD.controls] ? h("section", {}, h("h3", {}, t("controls")), controlsOf(service)) : "")),
    h("div", { class: "long" }, valuesOf(service, false).map((field) => longValue(service, field))),
    service.value[FIELD.untilBasis] === "derived" ? h("p", { class: "soft" }, t("derived")) : "");
}

// One A4 page: what is put behind a decision.
function sheet(service) {
  const list = LIST.documents[0] || ["", "", ""];
  const clamp = (field) => [fieldLabel(field), h("div", { class: "clamp" }, fieldValue(service, field))];
  return h("main", { id: "sheet" },
    isOld() ? h("p", { class: "warning" }, oldSentence()) : "",
    notWhole(),
    h("p", { class: "soft" }, said(LIST.title), " · ", t("sheetAge", LIST.day, listAge())),
    said(service.name, "h1"), h("p", {}, said(service.provider), " · ", h("code", {}, service.value[FIELD.number] || service.key)),
    statusLines(service),
    h("div", { class: "sheet-values" }, facts([...valuesOf(service, true).map((field) => [fieldLabel(field), fieldValue(service, field)]),
      ...(service.builtOn.length ? [[t("builtOn"), service.builtOn.map((key) => BY_KEY.get(key)?.name || key).join(" · ")]] : [])]),
    h("div", {}, facts(valuesOf(service, false).slice(0, 6).map(clamp), "across")), service.value[FIELD.controls] ? facts([[t("controls"), controlsOf(service)]]) : "",
    h("h2", {}, t("history")), historyList(service, 8)),
    h("footer", {}, facts([
      [t("source"), list[1] || LIST.source], [t("checksum"), h("code", {}, list[2])], [t("published"), `${instant(LIST.published)} (${tOf("basisOf", LIST.basis)})`]]),
    h("p", {}, t("sheetNote")),
    h("p", { class: "signature" }, h("span", {}, t("signature")), h("span", {}, t("signedOn")))));
}
