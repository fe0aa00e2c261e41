// The element, and the conversation that goes on in it.

const NAME = "answer-widget";
const SMALL = matchMedia("(max-width: 479.98px), (max-height: 419.98px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const TOUCH = matchMedia("(pointer: coarse)");

let host;
let asking = null;
let problem = null;
let loading = null;
let scrolled = 0;

class AnswerWidget extends HTMLElement {
  static observedAttributes = NAMES;

  connectedCallback() {
    host ??= this;
    if (host !== this) return;
    if (!this.shadowRoot) begin(this.attachShadow({ mode: "open" }));
    shield(this);
  }

  attributeChangedCallback(name) {
    if (!root || host !== this) return;
    build(input.value, !panel.hidden);
    if (name === "data-open" && options.open) show(false);
  }
}

function begin(shadow) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  for (const type of ["keydown", "keypress", "keyup"]) shadow.addEventListener(type, (event) => event.stopPropagation());
  const kept = recall();
  turns = kept.turns ?? [];
  token = kept.token;
  build(kept.draft ?? "", kept.open);
  if (panel.hidden && kept.open == null && options.open && !SMALL.matches) panel.hidden = false;
  if (!panel.hidden) show(false);
  for (const media of [DARK, SMALL]) media.addEventListener("change", look);
  for (const type of ["resize", "scroll"]) window.visualViewport?.addEventListener(type, fit);
}

// Everything that is shown, from the options and the conversation so far.
function build(draft, open) {
  options = readOptions(host);
  t = textsIn(LANGUAGES.indexOf(options.language));
  buildFrame();
  host.shadowRoot.replaceChildren(root);
  turnPanel(open);
  redraw();
  showBusy();
  look();
  write(draft);
}

const title = () => options.title || (t.english ? "" : site.title) || t.title;

// What depends on the server's texts, which come later.
function fill() {
  heading.textContent = root.ariaLabel = title();
  intro.replaceChildren(...introParts());
  foot.replaceChildren(...contactLinks().filter(Boolean));
  menu.hidden = !turns.length;
}

function look() {
  const theme = options.theme?.replace("auto", "") || (DARK.matches ? "dark" : "light");
  const colours = { fill: options.color, on: textOn(options.color), link: readableOn(HARDEST[theme], options.color) };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  root.className = `root ${theme} ${options.position ?? ""}`;
  root.lang = options.language;
  root.dir = getComputedStyle(document.body).direction;
  panel.ariaModal = SMALL.matches ? "true" : null;
  fit();
}

// Keeps the panel inside what is left of the screen above an on-screen keyboard.
function fit() {
  const { scale, height, offsetTop } = window.visualViewport ?? {};
  if (!(scale < 1.05)) return;
  const gap = window.innerHeight - height - offsetTop;
  const lengths = { top: offsetTop, height, gap: gap > 60 ? gap : 0 };
  for (const [name, length] of Object.entries(lengths)) panel.style.setProperty(`--${name}`, `${length}px`);
}

function turnPanel(open) {
  panel.hidden = !open;
  launcher.ariaExpanded = String(!panel.hidden);
}

function show(focus = true) {
  turnPanel(true);
  look();
  load();
  refresh();
  follow();
  remember({ open: true });
  if (focus) rest();
}

function hide() {
  turnPanel(false);
  remember({ open: false });
  launcher.focus();
}

// Focus on the input would bring up the keyboard of a phone.
const rest = () => (TOUCH.matches ? log : input).focus({ preventScroll: true });

async function load() {
  if (loading) return;
  loading = true;
  try {
    site = await readSite();
    fill();
  } catch {
    loading = false;
    warn(`${SERVER} cannot be reached from this page; see docs/embedding.md`);
  }
}

async function ask(given) {
  const question = given.trim();
  if (asking || problem?.waiting()) return;
  problem = problem?.remove();
  turns = turns.filter((turn) => !turn.ended || turn.question !== question);
  const turn = { question, sentences: [] };
  turns.push(turn);
  asking = new AbortController();
  write("");
  redraw();
  showBusy();
  if (active() !== input && active() !== act) rest();
  announce(t.waiting);
  keep();
  await answer(turn);
  keep();
}

async function answer(turn) {
  try {
    turn.reply = await askServer(turn.question, asking, (sentence) => {
      turn.sentences.push(sentence);
      update(turn);
    });
    announce(spoken(turn.reply));
  } catch (error) {
    fail(turn, error);
  }
  asking = null;
  showBusy();
  update(turn);
}

// The question goes back to where it was typed; what had been answered stays and is marked as incomplete.
function fail(turn, error) {
  if (!turns.includes(turn)) return;
  turn.ended = turn.sentences.length > 0;
  turns = turns.filter((other) => other !== turn || turn.ended);
  if (!input.value) write(turn.question);
  redraw();
  announce("");
  if (error.code === "stopped") return;
  problem = problemNote(error, () => ask(input.value || turn.question));
  log.after(problem);
}

function update(turn) {
  const element = log.children[turns.indexOf(turn) + 1];
  if (!turns.includes(turn)) return;
  repaint(turn, element.lastChild);
  if (Math.abs(log.scrollTop - scrolled) < 5) follow();
}

function redraw() {
  log.replaceChildren(intro, ...turns.map(turnElement));
  fill();
  follow();
}

// Shows the last turn from its question on.
function follow() {
  if (turns.length) log.scrollTop = log.lastChild.offsetTop - 12;
  scrolled = log.scrollTop;
}

function announce(text) {
  live.textContent = text;
}

function restart() {
  asking?.abort(new Problem("stopped"));
  problem = problem?.remove();
  if (token) note("end");
  turns = [];
  token = null;
  write("");
  redraw();
  keep();
  rest();
}

function keep() {
  const draft = input.value || (asking && turns.at(-1).question);
  remember({ turns: turns.filter((turn) => turn.reply || turn.ended), token, draft });
}

// A second tag of the script finds the first one's element and leaves it alone.
function start() {
  customElements.define(NAME, AnswerWidget);
  const element = document.createElement(NAME);
  for (const { name, value } of SCRIPT.attributes) if (NAMES.includes(name)) element.setAttribute(name, value);
  if (document.body) document.body.append(element);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(element));
}

if (!customElements.get(NAME)) start();
