// Days of services as a calendar, iCalendar (RFC 5545), as `ismap-sync dates --format ics` writes it: an event keeps its UID while its day changes.
const CALENDAR = DATA.calendar;

// The first day that a value means, and how that recurs; "": it is no day. Of a month or a year, its last day.
function calendarDay(text, since) {
  const yearly = text.startsWith("--"), leap = text === "--02-29", month = /^\d{4}-(\d\d)$/.exec(text);
  let day = yearly ? since.slice(0, 4) + (leap ? "-02-28" : text.slice(1)) : /^\d{4}$/.test(text) ? text + "-12-31" : text;
  if (month && month[1] >= "01" && month[1] <= "12") day = new Date(Date.UTC(text.slice(0, 4), month[1], 0)).toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || isNaN(Date.parse(day)) || new Date(day).toISOString().slice(0, 10) !== day) return "";
  if (leap) day = day.slice(0, 8) + new Date(Date.UTC(day.slice(0, 4), 2, 0)).getUTCDate();
  return `DTSTART;VALUE=DATE:${day.replace(/-/g, "")}\r\n` + (leap ? "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\n" : yearly ? "RRULE:FREQ=YEARLY\r\n" : "");
}

// A line of at most 75 octets; what goes on in the next one stands behind a blank.
function calendarLine(name, value) {
  let line = "", room = 75;
  for (const character of `${name}:${value}`) {
    const point = character.codePointAt(0), octets = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (octets > room) {
      line += "\r\n ";
      room = 74;
    }
    line += character;
    room -= octets;
  }
  return line + "\r\n";
}
const calendarText = (name, text) => calendarLine(name, text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n").replace(/[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " "));

function calendarEvent(service, field, generation) {
  const [published, since] = DATA.generations[generation], what = DATA.fields[field][0], stated = service.value[field], start = calendarDay(stated, since);
  if (!start) return "";
  const words = field === FIELD.yearly ? CALENDAR.yearly : field === FIELD.report ? CALENDAR.report : service.value[FIELD.untilBasis] === "derived" ? CALENDAR.derived : CALENDAR.until;
  const url = service.value[FIELD.url] || "";
  return "BEGIN:VEVENT\r\n" + calendarLine("UID", `e${service.entity}-${what}@${CALENDAR.uuid}`) +
    calendarLine("DTSTAMP", new Date(published).toISOString().slice(0, 19).replace(/[-:]/g, "") + "Z") + calendarLine("SEQUENCE", generation) + start +
    calendarText("SUMMARY", `${service.shortName}: ${words}`) +
    calendarText("DESCRIPTION", `${service.key}\n${CALENDAR.provider}: ${service.shortProvider}\n${what}: ${stated}\n${CALENDAR.unofficial}`) +
    calendarLine("CATEGORIES", what) + (/^https?:\/\/[!-~]*$/.test(url) && !/["<>\\^`{|}]/.test(url) && url.length <= 1000 ? calendarLine("URL", url) : "") +
    "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n";
}

const hasCalendar = (service) => service.listed && service.calendar.length > 0;

function calendar(services) {
  const title = CALENDAR.title + CALENDAR.dates, name = (field) => DATA.fields[field][0];
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ismapfs//dates//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n" +
    calendarText("NAME", title) + calendarText("X-WR-CALNAME", title) +
    [...new Set(services)].filter(hasCalendar).sort((a, b) => (a.key < b.key ? -1 : 1)).flatMap((service) =>
      [...service.calendar].sort(([a], [b]) => (name(a) < name(b) ? -1 : 1)).map(([field, generation]) => calendarEvent(service, field, generation))).join("") +
    "END:VCALENDAR\r\n";
}

// A button that saves it as a file; nothing where there are no days.
const calendarButton = (services, file) => (services.some(hasCalendar) ? button(t("calendar"), () => {
  const address = URL.createObjectURL(new Blob([calendar(services)], { type: "text/calendar" }));
  const anchor = h("a", { href: address, download: file + ".ics" });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}, { class: "calendar" }) : "");
