// The page as a whole: its language, its address, its paper.
function readAddress() {
  const hash = location.hash.slice(1);
  view = emptyView();
  if (!hash.includes("=")) {
    try { opened = decodeURIComponent(hash); } catch { opened = hash; }
    return;
  }
  const parameters = new URLSearchParams(hash);
  for (const name of Object.keys(FILTERS)) view[name] = parameters.getAll(name);
  for (const name of ["q", "sort"]) view[name] = parameters.get(name) || "";
  opened = parameters.get("open") || "";
}

// pushes: back leads to where one was.
function writeAddress(pushes) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) for (const one of [].concat(value)) if (one) parameters.append(name, one);
  const hash = String(parameters) ? String(parameters) + (opened ? "&open=" + encodeURIComponent(opened) : "") : encodeURIComponent(opened);
  const state = opened ? { opened: pushes ? opened : history.state?.opened } : null;
  history[pushes ? "pushState" : "replaceState"](state, "", "#" + hash);
}

function headSection() {
  const list = LIST.documents.find(([, location]) => location);
  return h("header", {},
    isOld() ? h("p", { class: "warning age", role: "alert" }, oldSentence()) : "", notWhole(),
    h("div", { class: "title" }, said(language === "en" ? LIST.titleEnglish || LIST.title : LIST.title, "h1"),
      h("p", {}, t("day", LIST.day), aside(listAge()), " · ", t("count", LIST.services)),
      h("div", { class: "switch", role: "group", "aria-label": t("language") }, [["ja", "日本語"], ["en", "English"]].map(([tag, name]) =>
        button(name, () => speak(tag), { lang: tag, "aria-pressed": String(tag === language) })))),
    h("p", { class: "soft" }, t("unofficial"), " ", list ? link(list[1], t("authority")) : ""));
}

function showAll() {
  shownRows = Math.max(shownRows, step());
  if (LIST.services > 0 && !SERVICES.length)
    return $("page").replaceChildren(headSection(), h("main", {}, h("p", { class: "warning" }, t("tooMany", LIST.services)), aboutSection()));
  const lately = [changedSection(), comingSection()].filter(Boolean), unfolded = [...document.querySelectorAll("details.big[open]")].map((one) => one.id);
  $("page").replaceChildren(headSection(), h("main", {}, findSection(), checking ? checkSection() : "", listSection(),
    lately.length ? h("div", { class: "pair lately" }, lately) : "", numbersSection(), aboutSection()));
  for (const id of unfolded) $(id).open = true;
  showRows();
}

function speak(tag) {
  language = tag;
  document.documentElement.lang = tag;
  showAll();
  document.querySelector(`.switch [lang=${tag}]`).focus({ preventScroll: true });
}

language = (navigator.languages || [navigator.language || ""]).map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "ja" || tag === "en")
  || document.documentElement.lang;
document.documentElement.lang = language;
readAddress();
showAll();
if (opened) $("service")?.scrollIntoView({ block: "nearest" });

addEventListener("popstate", () => {
  readAddress();
  $("q").value = view.q;
  showRows();
});
addEventListener("keydown", (event) => { if (event.key === "Escape" && opened) close(); });
isPhone.addEventListener("change", () => showAll());

// On paper: the open service as one sheet, or the list to its end.
addEventListener("beforeprint", () => {
  const service = BY_KEY.get(opened);
  document.body.classList.toggle("on-sheet", Boolean(service));
  if (service) document.body.append(sheet(service));
  else if (SERVICES.length) showRows(true);
});
addEventListener("afterprint", () => {
  $("sheet")?.remove();
  document.body.classList.remove("on-sheet");
  shownRows = step();
  if (SERVICES.length) showRows();
});
