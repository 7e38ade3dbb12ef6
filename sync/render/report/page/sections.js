// What stands below the list: changes, coming dates, numbers, this copy.
const NEWS = ["added", "returned", "delisted", FIELD.status, FIELD.level, FIELD.class, FIELD.until];
const FEW = 8;

const dayList = (rows) => {
  const days = [...new Set(rows.map(([day]) => day))];
  return h("dl", { class: "days" }, days.map((day) => [h("dt", {}, h("time", {}, day)), rows.filter((row) => row[0] === day).map(([, service, change]) => {
    const [mark, text] = changeWords(change);
    return h("dd", {}, h("span", { class: "mark m" + "+−!·".indexOf(mark), "aria-hidden": "true" }, mark), toService(service.key), " ", h("span", {}, text));
  })]));
};

function changedSection() {
  const since = LIST.days.at(-1);
  const rows = SERVICES.flatMap((service) => service.history.filter(([day, what]) => day >= since && NEWS.includes(what)).map((change) => [change[0], service, change]))
    .sort((a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0));
  if (!rows.length) return "";
  return h("section", { id: "changed" }, h("h2", {}, t("changed")), h("p", { class: "soft" }, t("changedSince", LIST.days.length, since)), dayList(rows.slice(0, FEW)),
    rows.length > FEW ? folded(t("showAll", rows.length), dayList(rows.slice(FEW))) : "");
}

function comingSection() {
  const rows = LISTED.flatMap((service) => service.dates.map(([day, field]) => [day, field, service])).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const months = [...new Set(rows.map(([day]) => day.slice(0, 7)))].slice(0, 6);
  if (!months.length) return "";
  const kinds = new Set(rows.map(([, field]) => field));
  return h("section", { id: "coming" }, h("h2", {}, t("coming")), h("p", { class: "soft" }, [...kinds].map((field) => fieldLabel(field)).join(" · "), " ", calendarButton(LISTED, LIST.registry + "-dates")), months.map((month) => {
    const here = rows.filter(([day]) => day.startsWith(month));
    return h("div", { class: "month" }, h("h3", {}, monthName(month), " ", h("small", {}, t("count", here.length))), h("ul", { class: "plain" },
      here.slice(0, 4).map(([day, field, service]) => h("li", {}, h("time", { datetime: day }, day.slice(8)), " ", toService(service.key),
        kinds.size > 1 ? h("small", {}, " " + pick(TEXTS.dates[field])) : "")),
      here.length > 4 ? h("li", {}, button(t("andMore", here.length - 4), () => filterBy({ month: [month] }), { class: "quiet" })) : ""));
  }));
}

// Filters the list, and goes there.
function filterBy(changes) {
  $("q").value = "";
  change({ ...emptyView(), ...changes });
  $("find").scrollIntoView();
}

// Every month from one to another, at most 24: the last ones, or the first.
function monthsBetween(first, last, fromEnd) {
  const months = [];
  for (let at = new Date(first + "-01T00:00Z"); at.toISOString().slice(0, 7) <= last; at.setUTCMonth(at.getUTCMonth() + 1)) months.push(at.toISOString().slice(0, 7));
  return fromEnd ? months.slice(-24) : months.slice(0, 24);
}

function cameAndLeft() {
  const counts = new Map();
  for (const service of SERVICES)
    for (const [day, what] of service.history) {
      if (!["added", "returned", "delisted"].includes(what)) continue;
      const month = counts.get(day.slice(0, 7)) || counts.set(day.slice(0, 7), [0, 0]).get(day.slice(0, 7));
      month[what === "delisted" ? 1 : 0]++;
    }
  if (!counts.size) return "";
  const rows = monthsBetween([...counts.keys()].sort()[0], LIST.day.slice(0, 7), true).map((month) => [month, ...(counts.get(month) || [0, 0])]);
  return part("byMonth", columns(rows, t("byMonth")));
}

function expiries() {
  const counts = tally(LISTED.filter((service) => service.until >= LIST.day), (service) => service.until.slice(0, 7)).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  if (!counts.length) return "";
  const found = new Map(counts);
  return part("byExpiry", columns(monthsBetween(LIST.day.slice(0, 7), counts.at(-1)[0], false).map((month) => [month, found.get(month) || 0]), t("byExpiry")));
}

function trends() {
  if (LIST.days.length < 2) return "";
  const points = new Map();
  for (const [word, day, number] of DATA.statuses) {
    const all = points.get(word) || points.set(word, [[LIST.first, 0]]).get(word);
    if (day === all.at(-1)[0]) all.at(-1)[1] += number;
    else all.push([day, all.at(-1)[1] + number]);
  }
  return part("overTime", h("div", { class: "trends" }, [...points].sort((a, b) => b[1].at(-1)[1] - a[1].at(-1)[1]).map(([word, all]) => trend(statusWord(word, true), all))));
}

const part = (name, content) => h("section", { id: name, class: "part" }, h("h3", {}, t(name)), content);
function barsOf(name, filter, of, word) {
  const counts = tally(LISTED, of).slice(0, 15);
  return counts.length < 2 ? "" : part(name, bars(counts.map(([value, count]) => [value, word(value), count]), (value) => filterBy({ [filter]: [value] })));
}

function numbersSection() {
  return folded(t("numbers"), [h("p", { class: "soft" }, t("numbersHow")), h("div", { class: "parts" },
    barsOf("byStatus", "status", (service) => service.status, (word) => statusWord(word, true)), barsOf("byLevel", "level", (service) => service.level, levelWord),
    barsOf("byClass", "class", (service) => service.class, classWord), barsOf("byProvider", "provider", (service) => service.provider, (name) => name)),
  trends(), cameAndLeft(), expiries()], { id: "numbers", class: "big" });
}

function aboutSection() {
  const rows = LIST.documents.flatMap(([role, location, sha256]) => [[`${t("source")} (${role})`, location ? link(location, location) : t("aFile")], [`SHA-256 (${role})`, h("code", {}, sha256)]]);
  return folded(t("about"), [
    facts([...rows, [t("published"), `${instant(LIST.published)} (${tOf("basisOf", LIST.basis)})`], [t("state"), String(LIST.generation)]]),
    h("p", { class: "soft" }, t("aboutAge")), h("p", { class: "soft" }, t("files")),
    h("h3", {}, t("words")), h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("words") }, h("table", { class: "figures" },
      h("thead", {}, h("tr", {}, ["word", "inForce", "theirWord", "meaning"].map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", {}, [...WORDS.values()].map(({ word, force, today, meaning, japanese }) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, word)),
        h("td", {}, h("span", { "aria-hidden": "true" }, word === "delisted" ? SHAPES.left : SHAPES[force]), " ", t(force)), h("td", {}, today || "–"),
        language === "ja" ? h("td", {}, japanese) : h("td", {}, meaning))))))], { id: "about", class: "big" });
}
