// Finding: search, filters, the list.
const emptyView = () => ({ q: "", status: [], level: [], class: [], provider: [], model: [], month: [], sort: "" });
let view = emptyView();
let opened = ""; // the key of the service that is open
let checking = false;
let shownRows = 0;
const isPhone = matchMedia("(max-width: 40rem)");
const step = () => (isPhone.matches ? 20 : 50);
const $ = (id) => document.getElementById(id);

function levelText(service) {
  return [service.class && classWord(service.class), service.level && levelWord(service.level)].filter(Boolean).join(" · ");
}

function dateText(service) {
  if (!service.listed) return service.value[FIELD.leftOn] ? t("leftOn", service.value[FIELD.leftOn]) : t("left");
  if (!HAS_UNTIL) return service.value[FIELD.registered] || "–";
  return service.until ? service.until + (service.value[FIELD.untilBasis] === "derived" ? "*" : "") : "–";
}

const columnsShown = () => [["status", t("status")], ["number", t("number")], ["name", t("name")], ["provider", t("provider")],
  ["level", t(HAS_CLASS ? "levelOrClass" : "level")], ["date", t(HAS_UNTIL ? "until" : "registered")]];

function row(service) {
  return h("tr", { "data-key": service.key, class: service.listed ? "" : "gone", onclick: (event) => {
    if (event.target.closest("a, button") || String(getSelection())) return;
    open(service.key);
  } },
  h("td", { class: "c-status" }, badge(service, true)), h("td", { class: "c-number" }, service.value[FIELD.number] || service.key),
  h("th", { scope: "row", class: "c-name" }, h("a", { href: "#" + encodeURIComponent(service.key), onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(service.key);
  } }, said(service.name)), service.english ? h("small", { lang: "en" }, service.english) : ""),
  h("td", { class: "c-provider" + (service.provider ? "" : " none"), lang: LIST.language }, service.provider || "–"), h("td", { class: "c-level" }, levelText(service) || "–"),
  h("td", { class: "c-date" + (dateText(service) === "–" ? " none" : "") }, dateText(service)));
}

const nothing = (text) => t(SERVICES.length > LISTED.length ? "nothing" : "nothingListed", text, LISTED.length, SERVICES.length - LISTED.length);
const isFiltered = () => Object.keys(FILTERS).some((name) => view[name].length);

function countLine(found) {
  const left = found.filter((service) => !service.listed).length;
  if (found.length === LISTED.length && !view.q.trim() && !isFiltered()) return t("listed", LISTED.length);
  return found.length ? t(left ? "foundLeft" : "found", found.length - left, LISTED.length, left)
    : (view.q.trim() ? nothing(view.q.trim()) : t("nothingHere")) +
      (view.q.trim() && isFiltered() ? " " + t("nothingFiltered") : "");
}

function showRows(all = false) {
  const found = select(view), body = $("rows");
  if (all) shownRows = found.length;
  body.replaceChildren(...found.slice(0, shownRows).map(row));
  $("count").textContent = countLine(found);
  $("list").hidden = found.length === 0;
  $("clear").hidden = !view.q && !isFiltered();
  $("more").hidden = found.length <= shownRows;
  $("more").textContent = t("more", Math.min(step(), found.length - shownRows));
  for (const chip of document.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", String(view.status.includes(chip.value)));
  for (const choice of document.querySelectorAll("select[data-filter]"))
    choice.value = choice.dataset.filter.split(" ").flatMap((name) => view[name].map((value) => name + " " + value))[0] || "";
  for (const head of document.querySelectorAll("#list th[data-sort]")) {
    if (view.sort.replace("-", "") === head.dataset.sort) head.setAttribute("aria-sort", view.sort.startsWith("-") ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  showService();
}

// Changes what is shown; the address follows when the hand rests, as browsers hold back what changes it at each key.
let resting = 0;
function change(changes) {
  Object.assign(view, changes);
  shownRows = step();
  clearTimeout(resting);
  resting = setTimeout(writeAddress, 200);
  showRows();
}

function chips() {
  const counts = tally(LISTED, (service) => service.status || "unknown").map(([word, count]) => [word, count, SERVICES.find((one) => one.listed && one.status === word)?.force || "unknown"])
    .sort((a, b) => ORDER.indexOf(a[2]) - ORDER.indexOf(b[2]));
  if (SERVICES.length > LISTED.length) counts.push(["delisted", SERVICES.length - LISTED.length, "left"]);
  return h("div", { class: "chips", role: "group", "aria-label": t("status") }, counts.map(([word, count, force]) =>
    h("button", { type: "button", class: "chip " + force, value: word, "aria-pressed": "false", onclick: () => change({
      status: view.status.includes(word) ? view.status.filter((one) => one !== word) : [...view.status, word] }) },
    h("span", { class: "shape", "aria-hidden": "true" }, SHAPES[force]), " ", statusWord(word, true), " ", h("b", {}, count))));
}

// A choice of one value of one of the filters named.
function choice(label, groups) {
  const names = groups.map(([name]) => name), values = groups.flatMap(([name, values]) => values.map(([value, text]) => h("option", { value: name + " " + value }, text)));
  if (values.length < 2) return "";
  const clear = Object.fromEntries(names.map((name) => [name, []]));
  return h("select", { "data-filter": names.join(" "), "aria-label": label, onchange: (event) => {
    const [name, ...value] = event.target.value.split(" ");
    change(name ? { ...clear, [name]: [value.join(" ")] } : clear);
  } }, h("option", { value: "" }, t("all", label)), values);
}

function filters() {
  const counted = (services, of, word) => tally(services, of).map(([value, count]) => [value, `${word(value)} (${count})`]);
  const months = [...new Set(LISTED.flatMap((service) => service.dates.map(([day]) => day.slice(0, 7))))].sort();
  return folded(t("filters"), h("div", { class: "choices" },
    choice(t(HAS_CLASS ? "levelOrClass" : "level"), [["class", counted(SERVICES, (service) => service.class, classWord)], ["level", counted(SERVICES, (service) => service.level, levelWord)]]),
    choice(t("provider"), [["provider", tally(SERVICES, (service) => service.provider).sort((a, b) => collator.compare(a[0], b[0])).map(([value, count]) => [value, `${value} (${count})`])]]),
    choice(t("model"), [["model", counted(SERVICES, (service) => service.models, modelWord)]]),
    choice(t("month"), [["month", months.map((month) => [month, monthName(month)])]])), { class: "filters", open: !isPhone.matches });
}

const checkButton = (kind) => button(t("check"), () => { checking = !checking; showAll(); if (checking) $("check-input").focus(); },
  { "aria-expanded": String(checking), class: "check-button " + kind });

function findSection() {
  return h("section", { id: "find", "aria-label": t("search") },
    h("div", { class: "bar-top", role: "search" },
      h("input", { type: "search", id: "q", "aria-label": t("search"), placeholder: t(isPhone.matches ? "find" : "search"), autocomplete: "off", spellcheck: "false", value: view.q,
        oninput: (event) => change({ q: event.target.value }), onkeydown: (event) => {
          const first = select(view)[0];
          if (event.key === "Enter" && !event.isComposing && view.q.trim() && first && first.key !== opened) open(first.key);
        } }),
      checkButton("wide"),
      button(t("print"), () => { opened = ""; writeAddress(); showRows(); window.print(); }, { class: "print-button" })),
    chips(), h("div", { class: "second" }, filters(), checkButton("narrow")));
}

function listSection() {
  return h("section", { "aria-label": t("name") },
    h("p", { class: "count" }, h("span", { id: "count", role: "status" }), " ",
      button("× " + t("clear"), () => { $("q").value = ""; change(emptyView()); $("q").focus(); }, { id: "clear", class: "quiet" })),
    h("div", { id: "alone" }),
    h("table", { id: "list" }, h("thead", {}, h("tr", {}, columnsShown().map(([name, text]) => h("th", { scope: "col", "data-sort": name, class: "c-" + name },
      button(text, () => change({ sort: view.sort === name ? "-" + name : name })))))), h("tbody", { id: "rows" })),
    h("p", {}, button("", () => { shownRows += step(); showRows(); }, { id: "more" })),
    SERVICES.some((service) => service.value[FIELD.untilBasis] === "derived") ? h("p", { class: "soft" }, t("derived")) : "");
}

// The open service: under its row; by itself where that isn't shown; on a phone, in place of the page.
function showService() {
  for (const old of document.querySelectorAll("#overlay, tr.detail")) old.remove();
  $("alone").replaceChildren();
  const service = BY_KEY.get(opened), covers = Boolean(service) && isPhone.matches;
  $("page").inert = covers;
  document.body.classList.toggle("covered", covers);
  if (!opened) return;
  if (!service) return $("alone").append(h("p", { class: "warning" }, nothing(opened)));
  const content = serviceView(service, close);
  if (covers) return document.body.append(h("div", { id: "overlay", role: "dialog", "aria-modal": "true", "aria-labelledby": "service-name" }, content));
  const under = [...$("rows").rows].find((one) => one.dataset.key === opened);
  if (!under) return $("alone").append(content);
  under.classList.add("opened");
  under.after(h("tr", { class: "detail" }, h("td", { colspan: "6" }, content)));
}

function open(key) {
  if (opened === key) return close();
  opened = key;
  writeAddress(true);
  showRows();
  $("service-name")?.focus({ preventScroll: !isPhone.matches });
  if (!isPhone.matches) $("service")?.scrollIntoView({ block: "nearest" });
}

function close() {
  const key = opened;
  if (history.state?.opened === key) history.back();
  else {
    opened = "";
    writeAddress();
    showRows();
  }
  setTimeout(() => [...$("rows").rows].find((one) => one.dataset.key === key)?.querySelector("a").focus({ preventScroll: true }), 60);
}
