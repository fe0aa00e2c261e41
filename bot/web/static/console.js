// What the console does in the browser: acts of buttons in HTML, copying, filtering, keys, and keeping one's place.
"use strict";

window.staffConsole = { act };

// An act: its name, the fields of the form around it, and what the button itself carries.
function act(source) {
  const fields = {};
  const form = source.closest("form");
  if (form) {
    for (const [name, value] of new FormData(form)) (fields[name] ??= []).push(value);
  }
  for (const [name, value] of Object.entries(source.dataset)) if (name !== "act") fields[name] = [value];
  if (source.name) fields[source.name] = [source.value];
  remember(source);
  return { act: source.dataset.act, fields };
}

// --- one's place: a tab's HTML is replaced as a whole, so focus and what is folded out are put back --------

const LONGEST = 30000;
let place = null;
let patience = 0;

function remember(source) {
  const open = [...document.querySelectorAll("details[id]")].map((d) => [d.id, d.open]);
  place = { open: new Map(open), focus: selectorOf(source) };
  setBusy(true);
  const shown = source.closest("[data-made]");
  if (shown) shown.inert = true; // what is typed into it now would be lost
}

function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const data = Object.entries(element.dataset).map(([k, v]) => `[data-${k}="${CSS.escape(v)}"]`);
  return data.length ? element.tagName.toLowerCase() + data.join("") : "";
}

function setBusy(busy) {
  clearTimeout(patience);
  document.getElementById("tabs")?.setAttribute("aria-busy", String(busy));
  if (busy) {
    patience = setTimeout(setBusy, LONGEST, false);
    return;
  }
  for (const shown of document.querySelectorAll("[data-made]")) shown.inert = false;
  restore();
  const mine = place;
  setTimeout(() => { if (place === mine) place = null; }, 500); // the tab itself may come a moment later
}

function restore() {
  if (!place) return;
  for (const [id, open] of place.open) {
    const details = document.getElementById(id);
    if (details && !details.hasAttribute("data-own")) details.open = open;
  }
  if (place.focus && document.activeElement === document.body) {
    document.querySelector(place.focus)?.focus({ preventScroll: true });
  }
}

// --- copying ---------------------------------------------------------------------------------------

async function copy(how) {
  const plain = document.getElementById("mail-plain");
  const rich = document.getElementById("mail-rich");
  if (!plain || !rich) return;
  try {
    const kinds = { "text/plain": new Blob([plain.value], { type: "text/plain" }) };
    if (how === "rich") kinds["text/html"] = new Blob([rich.innerHTML], { type: "text/html" });
    await navigator.clipboard.write([new ClipboardItem(kinds)]);
    tell(how === "rich" ? "Copied with links." : "Copied.");
  } catch {
    plain.focus();
    plain.select();
    tell("The text is selected: press Ctrl C to copy it.");
  }
}

function tell(text) {
  const said = document.getElementById("copied");
  if (said) said.textContent = text;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) return copy(button.dataset.copy);
  const text = event.target.closest?.("[data-copy-text]");
  if (text) {
    const source = document.getElementById(text.dataset.copyText);
    const wrote = navigator.clipboard?.writeText(source.value);
    const done = () => { text.textContent = "Copied"; };
    if (wrote) wrote.then(done, () => source.select());
    else source.select();
    return;
  }
  const mark = event.target.closest?.("a.mark");
  if (!mark) return;
  event.preventDefault();
  const citation = document.getElementById(mark.getAttribute("href").slice(1));
  citation.open = true;
  citation.querySelector("summary").focus({ preventScroll: true });
  citation.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

// --- which passages are shown ------------------------------------------------------------------------

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-kind-filter]")) return;
  const boxes = [...document.querySelectorAll("[data-kind-filter]")];
  const shown = new Set(boxes.filter((b) => b.checked).map((b) => b.dataset.kindFilter));
  for (const row of document.querySelectorAll("[data-kind]")) row.hidden = !shown.has(row.dataset.kind);
});

// --- keys ----------------------------------------------------------------------------------------------

function isTyping(element) {
  return Boolean(element?.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
}

function tabs() {
  return [...document.querySelectorAll("#tabs [role=tab]:not(.visually-hidden [role=tab])")].filter((t) => t.checkVisibility());
}

function pressed(event) {
  if (event.altKey && !event.ctrlKey && /^Digit[1-5]$/.test(event.code)) return tabs()[Number(event.code.at(-1)) - 1]?.click() ?? true;
  if (event.altKey && event.code === "KeyC") return copy("rich") && true;
  if (event.altKey && event.code === "KeyN") return clickOn("#new");
  if (event.ctrlKey && event.key === "Enter") return event.target.closest?.("#question") ? clickOn("#send") : false;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  if (event.key === "/") {
    tabs()[0]?.click();
    setTimeout(() => document.querySelector("#question textarea")?.focus(), 0);
    return true;
  }
  if (event.key === "?") {
    const keys = document.getElementById("keys");
    keys.open = !keys.open;
    return true;
  }
  return false;
}

function clickOn(selector) {
  document.querySelector(selector)?.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.getElementById("keys")?.removeAttribute("open");
  else if (pressed(event) !== false) event.preventDefault();
});

// --- names that Gradio does not give -------------------------------------------------------------------

function prepare() {
  const said = document.getElementById("said");
  const question = document.querySelector("#question textarea");
  const spoken = said?.querySelector(".html-container"); // beside it Gradio counts its queue
  if (!spoken || !question) return false;
  spoken.setAttribute("role", "status");
  question.setAttribute("aria-keyshortcuts", "/");
  new MutationObserver((records) => {
    if (records.some((r) => [...r.addedNodes].some((n) => n.matches?.("[data-made]")))) restore();
  }).observe(document.getElementById("tabs"), { childList: true, subtree: true });
  new MutationObserver(() => setBusy(Boolean(said.querySelector("[data-busy]")))).observe(said, {
    childList: true, subtree: true, characterData: true, attributes: true,
  });
  return true;
}

if (!prepare()) {
  const waiting = new MutationObserver(() => prepare() && waiting.disconnect());
  waiting.observe(document.documentElement, { childList: true, subtree: true });
}
