// Moves between an answer and its sources, shows each new turn from its top, and names the live parts of the page.
"use strict";

document.addEventListener("click", (event) => {
  const mark = event.target.closest?.("a.mark");
  if (!mark) return;
  event.preventDefault();
  const citation = document.getElementById(mark.getAttribute("href").slice(1));
  citation.open = true;
  citation.querySelector("summary").focus({ preventScroll: true });
  citation.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

function watch(transcript) {
  let shown = 0;
  new MutationObserver(() => {
    const turns = transcript.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    if (last && (turns.length !== shown || !last.matches(".is-pending"))) {
      last.scrollIntoView({ block: "start", behavior: "smooth" });
    }
    shown = turns.length;
  }).observe(transcript, { childList: true, subtree: true });
}

function prepare() {
  const transcript = document.getElementById("transcript");
  const notice = document.getElementById("notice");
  if (!transcript || !notice) return false;
  transcript.setAttribute("role", "log");
  transcript.setAttribute("aria-label", "Conversation");
  notice.setAttribute("role", "status");
  watch(transcript);
  return true;
}

if (!prepare()) {
  const waiting = new MutationObserver(() => prepare() && waiting.disconnect());
  waiting.observe(document.documentElement, { childList: true, subtree: true });
}
