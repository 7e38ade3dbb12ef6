// Charts as SVG. Each is drawn from rows [label, number …], and says the same as text.
const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

// Bars with their labels and numbers; a press calls choose with the row's value.
const bars = (rows, choose) => {
  const most = Math.max(1, ...rows.map(([, , count]) => count));
  return h("ul", { class: "bars" }, rows.map(([value, label, count]) => h("li", {},
    h("button", { type: "button", onclick: () => choose(value) }, h("span", {}, label), h("b", {}, count),
      svg("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "bar", width: (100 * count) / most, height: 1 }))))));
};

// Columns by month, above a line and below it: rows [month, above, below].
const columns = (rows, label) => {
  const above = Math.max(1, ...rows.map((row) => row[1])), below = Math.max(0, ...rows.map((row) => row[2] || 0));
  const scale = 90 / (above + below), line = above * scale + 16, height = line + below * scale + (below ? 46 : 34);
  const number = (x, y, count) => (count ? [svg("text", { x: x + 14, y }, count)] : []);
  return h("div", { class: "scroll", tabindex: "0", role: "img", "aria-label": label + ": " + rows.map((row) => row.join(" ")).join("; ") },
    svg("svg", { class: "columns", viewBox: `0 0 ${rows.length * 34} ${height}`, width: rows.length * 34, height }, ...rows.flatMap(([month, up, down], i) => {
      const x = i * 34;
      return [svg("rect", { class: "bar", x: x + 3, y: line - up * scale, width: 22, height: up * scale }), ...number(x, line - up * scale - 4, up),
        svg("rect", { class: "down", x: x + 3, y: line, width: 22, height: (down || 0) * scale }), ...number(x, line + (down || 0) * scale + 12, down),
        svg("text", { class: "soft", x: x + 14, y: height - 14 }, month.slice(5)),
        ...(i === 0 || month.endsWith("-01") ? [svg("text", { class: "soft", x: x + 14, y: height - 2 }, month.slice(0, 4))] : [])];
    }), svg("line", { class: "axis", x1: 0, x2: rows.length * 34, y1: line, y2: line })));
};

// One word's number over time: points [day, number], the last one now.
const trend = (label, points) => {
  const from = Date.parse(points[0][0]), to = Math.max(from + 1, Date.parse(LIST.day)), most = Math.max(1, ...points.map((point) => point[1]));
  const x = (day) => (200 * (Date.parse(day) - from)) / (to - from), y = (count) => 44 - (42 * count) / most;
  const path = points.map(([day, count], i) => (i ? `H${x(day).toFixed(1)}V` : `M0 `) + y(count).toFixed(1)).join("") + "H200";
  return h("figure", { class: "trend" }, h("figcaption", {}, label, " ", h("b", {}, points.at(-1)[1])),
    svg("svg", { viewBox: "0 0 200 46", "aria-hidden": "true" }, svg("path", { class: "area", d: path + "V45H0Z" }), svg("path", { class: "line", d: path })),
    h("p", { class: "ends" }, h("span", {}, `${points[0][0]}: ${points[0][1]}`), h("span", {}, `${LIST.day}: ${points.at(-1)[1]}`)));
};
