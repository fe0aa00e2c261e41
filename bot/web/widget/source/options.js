// The options of the page that embeds the widget: data- attributes, copied from the script tag to the element.

const SCRIPT = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
const SERVER = new URL(SCRIPT.src).origin;
const NAMES = ["color", "position", "title", "greeting", "language", "contact-url", "starters", "open", "theme"].map((name) => `data-${name}`);

const warn = (text) => console.warn(`[answer-widget] ${text}`);
const oneOf = (allowed) => (value) => (allowed.includes(value) ? value : null);

// An address that may stand in a link, else null: never javascript: or data:.
function safeUrl(address, base = SERVER) {
  try {
    const { href, protocol } = new URL(address, base);
    return /^(https?|mailto|tel):$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

function pageLanguage() {
  const page = document.documentElement.lang;
  const wished = (page ? [page] : navigator.languages).map((l) => l.slice(0, 2).toLowerCase());
  return wished.find((l) => LANGUAGES.includes(l)) ?? "en";
}

function readOptions(element) {
  const wrong = [];
  const read = (name, check = String) => {
    const given = element.getAttribute(`data-${name}`)?.trim();
    const value = given && check(given);
    if (value === null) wrong.push(`data-${name}="${given}"`);
    return value;
  };
  const options = {
    color: read("color", hexOf) || "#1f4e4a",
    position: read("position", oneOf(["right", "left"])),
    title: read("title"),
    greeting: read("greeting"),
    language: read("language", oneOf(LANGUAGES)) || pageLanguage(),
    contact: read("contact-url", (url) => safeUrl(url, document.baseURI)),
    starters: read("starters")?.split("|").map((s) => s.trim()).filter(Boolean),
    theme: read("theme", oneOf(["auto", "light", "dark"])),
    open: !["false", null].includes(element.getAttribute("data-open")),
  };
  if (wrong.length) warn(`ignored: ${wrong.join(", ")}; see docs/embedding.md`);
  return options;
}
