// Elements: h("p", {class: "x", onclick: f}, "text", element, [more]). Texts stay texts.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== "" && child !== undefined && child !== null && child !== false)
    .map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

// The source's own texts are in the list's language.
const said = (text, tag = "span", attributes = {}) => h(tag, { lang: LIST.language, ...attributes }, text);
const button = (text, onclick, attributes = {}) => h("button", { type: "button", onclick, ...attributes }, text);
const folded = (title, content, attributes = {}) => h("details", attributes, h("summary", {}, title), content);

// A status: its shape and its word. Who hears the page hears the word alone.
const badge = (service, short) => h("span", { class: "badge " + service.force },
  h("span", { class: "shape", "aria-hidden": "true" }, SHAPES[service.force]), " ",
  service.listed ? statusWord(service.status || "unknown", short) : statusWord("delisted", short));

// Only an address of the web is a link.
const link = (address, text) => (/^https?:\/\//.test(address)
  ? h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, text, " ↗") : said(address));
const toService = (key, text) => {
  const service = BY_KEY.get(key);
  return service ? h("a", { href: "#" + encodeURIComponent(key) }, text || said(service.name)) : said(key);
};

const monthName = (month) => new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(month + "-01T00:00Z"));
const instant = (milliseconds) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long", timeZone: LIST.zone }).format(new Date(milliseconds));
// What a sample, or a list that is not whole, says first.
const notWhole = () => (DATA.sample ? h("p", { class: "warning", role: "note" }, DATA.sample[language])
  : LIST.complete ? "" : h("p", { class: "warning", role: "note" }, t("partial", LIST.services)));
const oldSentence = () => (age() === 0 ? t("oldToday") : t("old", age()));
// Whether an address is the authority's own: of its site, or of where the list is from.
const host = (address) => (/^https?:\/\/([^/?#]+)/.exec(address || "") || [])[1];
const isOfficial = (address) => Boolean(host(address)) && [DATA.site, ...LIST.documents.map(([, location]) => location)].some((one) => host(one) === host(address));
const listAge = () => (age() === 0 ? t("today") : t("ago", age()));
