// Where the question is typed, and what stands above it when something went wrong.

let input;
let counter;
let act;

function composerElement() {
  counter = h("p", { class: "counter soft", id: "counter" });
  input = h("textarea", {
    rows: 1, placeholder: t.hint, "aria-label": t.hint, "aria-describedby": "counter", enterkeyhint: "send", dir: "auto", oninput: refresh, onkeydown: sendOnEnter,
  });
  act = button({ class: "act", onclick: () => (asking ? asking.abort(new Problem("stopped")) : submit()) });
  return h("div", { class: "composer" }, h("div", { class: "box" }, input, act), counter);
}

const most = () => site.max_question_chars ?? 2000;
const left = () => most() - [...input.value].length;

function submit() {
  if (input.value.trim() && left() >= 0) ask(input.value);
  else input.focus();
}

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
}

function refresh() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
  counter.textContent = left() < most() / 5 ? `${t.left} ${left()}` : "";
  input.ariaInvalid = String(left() < 0);
  remember({ draft: input.value });
}

function write(text) {
  input.value = text;
  refresh();
}

function showBusy() {
  act.replaceChildren(icon(asking ? "stop" : "send"));
  act.ariaLabel = act.title = asking ? t.stop : t.send;
}

// Says what is the matter and offers to try again, after a countdown where the server asks for one.
function problemNote({ code, message, seconds }, retry) {
  const until = Date.now() + seconds * 1000;
  const waiting = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const again = button({ class: "plain", onclick: () => waiting() || retry() });
  const tick = () => {
    const n = waiting();
    again.textContent = t.retry + (n ? ` (${n})` : "");
    again.ariaDisabled = String(n > 0);
    if (n) setTimeout(tick, 500);
  };
  tick();
  const said = foreign("p", message, { role: "alert" }) || h("p", { role: "alert" }, t[code] ?? t.failed);
  return Object.assign(h("div", { class: "problem" }, said, again), { waiting });
}
