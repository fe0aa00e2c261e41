// Elements are built, never parsed, so that a text is always text.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 5.5h16v11H10.5L6.5 20v-3.5H4zM8 9.5h8M8 12.5h5",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  thumb: "M7 10.5V20H4v-9.5zM7 11.5L11.5 4c2 0 2.5 1.5 2 3L13 10h7l-2 10H7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
};

// h("p", { class: "soft", onclick: f }, "text", element, …); attributes and children that are false or nothing are left out.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

function icon(name) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS(SVG, tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const button = (attributes, ...children) => h("button", { type: "button", ...attributes }, ...children);
const iconButton = (name, label, attributes) => button({ class: "icon", "aria-label": label, title: label, ...attributes }, icon(name));
const unseen = (text) => h("span", { class: "unseen" }, text);
const link = (href, attributes, ...children) => h("a", { href, target: "_blank", rel: "noopener", ...attributes }, ...children);
// A text of the documents or the server: English, and isolated from the direction of what stands around it.
const foreign = (tag, text, attributes) => text && h(tag, { lang: "en", dir: "auto", ...attributes }, text);
