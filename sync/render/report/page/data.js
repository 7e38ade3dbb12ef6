// The list: services as objects, folding, filters. Nothing here touches the page.
const DATA = JSON.parse(document.getElementById("data").textContent);
// What stands more than once stands in a table, and elsewhere as its place in it.
const shared = (value) => (typeof value === "number" ? DATA.strings[value] : value);
const lined = (value) => (Array.isArray(value) ? value.map(shared).join("\n") : shared(value));
const inRows = (flat, length) => Array.from({ length: flat.length / length }, (_, i) => flat.slice(i * length, (i + 1) * length));
const LIST = DATA.list;
const FIELD = { name: 10, nameEnglish: 11, number: 12, status: 13, statusSource: 14, level: 15, levelSource: 16, provider: 17, registered: 18, until: 19,
  untilBasis: 20, leftOn: 21, yearly: 27, model: 34, url: 41, controls: 43, unlisted: 44, inForce: 49, basis: 50, class: 52, leftBasis: 57,
  events: 58, report: 71 };
const WORDS = new Map(DATA.words.map(([word, force, today, meaning, japanese]) => [word, { word, force, today, meaning, japanese }]));
const DAY = 86400000;
const EVENTS = { "-1": "added", "-2": "returned", "-3": "delisted", "-4": "leverages" };
const SHAPES = { yes: "●", unknown: "◐", no: "○", left: "◌" };
const ORDER = ["yes", "unknown", "no", "left"];

// The browser's clock decides: the page can't know when its list was last compared.
const age = () => Math.max(0, Math.floor((Date.now() - LIST.published) / DAY));
const today = () => [LIST.day, new Date(Date.now()).toISOString().slice(0, 10)].sort()[1];
// Its publisher's own rhythm decides what is old.
const isOld = () => Date.now() - LIST.published > DATA.limit;

// As `ismap-sync check` folds: width, case, dashes; blanks only where words part.
const isUnspaced = /[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff]/;
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/ß/g, "ss").replace(/\p{Default_Ignorable_Code_Point}/gu, "")
  .replace(/[\p{Pd}\u2212~\u223c]/gu, "-").replace(/(^|[^\u3040-\u30fa\u30fc-\u30ff])ー/g, "$1-").replace(/[\u2018\u2019\u02bc]/g, "'")
  .trim().replace(/\s+/gu, (_, at, whole) => {
    const before = whole[at - 1], after = whole.slice(at).trimStart()[0];
    return before === "-" || after === "-" || isUnspaced.test(before) || isUnspaced.test(after) ? "" : " ";
  });
const loose = (text) => fold(text).replace(/[-\s]/g, "");

const sentence = (word) => word.charAt(0).toUpperCase() + word.slice(1).replace(/-/g, " ");

// In short, what is in brackets isn't needed: unless it alone tells a word from an earlier one, or from one that holds otherwise.
const shortest = (word) => word.japanese.replace(/[（(].*$/, "");
const SHORT = new Map([...WORDS.values()].map((word, i, all) => [word.word,
  all.some((other, j) => (j < i && shortest(other) === shortest(word)) || (other.force !== word.force && shortest(other).includes(shortest(word))))
    ? word.japanese : shortest(word)]));

// A status in the language's words.
function statusWord(word, short) {
  const known = WORDS.get(word);
  if (!known) return sentence(word);
  if (language === "ja") return short ? SHORT.get(word) : known.japanese;
  return known.today || sentence(word);
}
// A level as the source writes it, where it is the tree's word in another case.
const ROWS = DATA.services.map(([key, listed, values, history, builtOn, baseline, controls, entity, calendar, since, seen, shortName, shortProvider]) => ({
  key: shared(key), listed: Boolean(listed), history: inRows(history, 4).map(([day, what, before, now]) => [shared(day), EVENTS[what] || what, shared(before), shared(now)]),
  value: Object.fromEntries((shared(values[0]) || "").split(" ").filter(Boolean).map((field, i) => [field, lined(values[i + 1])])),
  builtOn: builtOn.map(shared), baseline: shared(baseline), controls, entity, calendar: inRows(calendar, 2), since: shared(since), seen: Boolean(seen), shortName, shortProvider,
}));
const LEVELS = new Map(ROWS.map((row) => row.value).filter((value) => (value[FIELD.levelSource] || "").toLowerCase().replace(/[^a-z0-9]/g, "") ===
  (value[FIELD.level] || "").replace(/-/g, "")).map((value) => [value[FIELD.level], value[FIELD.levelSource]]));
const levelWord = (word) => LEVELS.get(word) || (word.startsWith(LIST.registry) ? word.toUpperCase() : sentence(word));
const modelWord = (word) => word.replace(/^(.*)aas$/, (_, letter) => letter.toUpperCase() + "aaS");
const otherWord = (word) => (word.length < 4 ? word.toUpperCase() : sentence(word));
const classWord = (word) => (language === "ja" ? "クラス" : "Class ") + word.toUpperCase();

// The first day from one on that has the month and day of --MM-DD.
function nextYearly(text, from) {
  const day = from.slice(0, 4) + text.slice(1);
  return day < from ? Number(from.slice(0, 4)) + 1 + text.slice(1) : day;
}

// When a service's dates come, from the list's day on: [day, field].
function comingDates(value) {
  const dates = [];
  for (const field of [FIELD.until, FIELD.yearly, FIELD.report]) {
    let day = value[field] || "";
    if (day.startsWith("--")) day = nextYearly(day, LIST.day);
    if (/^\d{4}-\d\d-\d\d$/.test(day) && day >= LIST.day) dates.push([day, field]);
  }
  return dates;
}

const SERVICES = ROWS.map((row) => {
  const { key, listed, value } = row;
  const status = value[FIELD.status] || "";
  const force = listed ? value[FIELD.inForce] || "unknown" : "left";
  const names = [value[FIELD.name], value[FIELD.nameEnglish]].filter((name) => name && /[\p{L}\p{N}\p{P}\p{S}]/u.test(name));
  return {
    ...row, status, force: SHAPES[force] ? force : "unknown",
    name: names[0] || key, english: names[1] && names[1] !== names[0] ? names[1] : "", provider: value[FIELD.provider] || "",
    level: value[FIELD.level] || "", class: value[FIELD.class] || "", models: (value[FIELD.model] || "").split("\n").filter(Boolean),
    shortName: shared(row.shortName) || value[FIELD.name] || key, shortProvider: shared(row.shortProvider) || value[FIELD.provider] || "–",
    until: value[FIELD.until] || "", dates: listed ? comingDates(value) : [], usedBy: [],
    text: loose([key, value[FIELD.number], ...names].filter(Boolean).join("\n")) + "\n" + loose(value[FIELD.provider] || ""),
  };
});
const BY_KEY = new Map(SERVICES.map((service) => [service.key, service]));
for (const service of SERVICES)
  for (const key of service.builtOn) BY_KEY.get(key)?.usedBy.push(service.key);
const LISTED = SERVICES.filter((service) => service.listed);
const HAS_CLASS = SERVICES.some((service) => service.class);
const HAS_UNTIL = SERVICES.some((service) => service.until);

const FILTERS = {
  status: (service, wanted) => (service.listed ? service.status : "delisted") === wanted,
  level: (service, wanted) => service.level === wanted,
  class: (service, wanted) => service.class === wanted,
  provider: (service, wanted) => service.provider === wanted,
  model: (service, wanted) => service.models.includes(wanted),
  month: (service, wanted) => service.dates.some(([day]) => day.startsWith(wanted)),
};

// The services that a view of the list shows: those in force first, and of those that left the last one. Those that left are found, but fill no list unasked.
function select(view) {
  const words = view.q.split(/\s+/u).map(loose).filter(Boolean);
  const wanted = Object.keys(FILTERS).filter((name) => view[name].length);
  const found = SERVICES.filter((service) =>
    (service.listed || words.length || view.status.includes("delisted")) &&
    wanted.every((name) => view[name].some((value) => FILTERS[name](service, value))) && words.every((word) => service.text.includes(word)));
  return found.sort(comparison(view.sort));
}

const collator = new Intl.Collator(undefined, { numeric: true });
const COLUMNS = {
  status: (service) => String(ORDER.indexOf(service.force)),
  number: (service) => service.key,
  name: (service) => service.name,
  provider: (service) => service.provider,
  level: (service) => service.class + service.level,
  date: (service) => (service.listed ? service.until || service.value[FIELD.registered] : service.value[FIELD.leftOn]) || "",
};
// What the source doesn't state comes last, whichever way.
function comparison(sort) {
  const down = sort.startsWith("-");
  const column = COLUMNS[down ? sort.slice(1) : sort];
  return (a, b) => {
    if (!column) return ORDER.indexOf(a.force) - ORDER.indexOf(b.force) || collator.compare(b.value[FIELD.leftOn] || "", a.value[FIELD.leftOn] || "");
    const [x, y] = [column(a), column(b)];
    return (x === "") - (y === "") || (down ? -1 : 1) * collator.compare(x, y);
  };
}

// Number of services for each value, most first.
function tally(services, valuesOf) {
  const counts = new Map();
  for (const service of services)
    for (const value of [].concat(valuesOf(service)).filter(Boolean)) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
}
