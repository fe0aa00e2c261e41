// The parts of the panel that stay, and the place of the element in the page.

let root;
let panel;
let launcher;
let heading;
let intro;
let log;
let foot;
let live;
let menu;

const HOST_STYLE = { all: "initial", display: "block", position: "fixed", "z-index": "2147483647" };

// Whatever the page's style sheets say to its elements, they do not say it to this one; and it is in the top layer, above every z-index.
function shield(element) {
  for (const [name, value] of Object.entries(HOST_STYLE)) element.style.setProperty(name, value, "important");
  element.setAttribute("popover", "manual");
  element.showPopover?.();
}

function buildFrame() {
  heading = h("h2", { id: "title", dir: "auto" });
  intro = h("div", { class: "intro" });
  log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t.title, tabindex: 0 });
  foot = h("div", { class: "foot" });
  live = h("div", { class: "unseen", role: "status" });
  menu = menuOf({ restart, print, save: download });
  const head = h("div", { class: "head" }, heading, menu, iconButton("close", t.close, { onclick: hide }));
  panel = h("div", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", onkeydown: onKey }, head, log, composerElement(), foot);
  launcher = button(
    { class: "launcher", "aria-controls": "panel", onclick: () => (panel.hidden ? show() : hide()), onpointerenter: load, onfocus: load },
    icon("chat"), icon("close"), h("span", null, t.title),
  );
  root = h("section", { class: "root" }, panel, launcher, live);
}

function introParts() {
  const starters = options.starters ?? site.starters;
  return [
    h("p", { dir: "auto" }, options.greeting || t.greeting),
    foreign("p", site.about, { class: "soft" }),
    t.english && h("p", { class: "soft" }, t.english),
    h("div", { class: "notice", role: "note" }, (t.english || !site.notice) && h("p", null, t.notice), foreign("p", site.notice)),
    ...(starters && !turns.length ? questionList(starters, options.starters ? null : "en") : []),
  ].filter(Boolean);
}

function menuOf(actions) {
  const item = (name) => button({ onclick: () => (closeMenu(), actions[name]()) }, t[name]);
  const onfocusout = ({ relatedTarget: next }) => next && !menu.contains(next) && (menu.open = false);
  return h("details", { class: "menu", onfocusout }, h("summary", { class: "icon", "aria-label": t.more, title: t.more }, icon("more")), h("div", { class: "card" }, Object.keys(actions).map(item)));
}

function closeMenu() {
  menu.open = false;
  menu.firstChild.focus();
}

function onKey(event) {
  if (event.key === "Tab") stayInside(event);
  if (event.key !== "Escape" || event.isComposing) return;
  if (menu.open) closeMenu();
  else hide();
}

// Tab goes round inside the panel.
function stayInside(event) {
  const all = [...panel.querySelectorAll("button, a, textarea, summary, [tabindex]")].filter((e) => e.checkVisibility());
  const next = all.indexOf(active()) + (event.shiftKey ? -1 : 1);
  if (all[next]) return;
  event.preventDefault();
  all.at(event.shiftKey ? -1 : 0).focus();
}

const active = () => root.getRootNode().activeElement;
