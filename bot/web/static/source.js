// Highlights what "#cSTART-END" points at when it is not exactly one sentence: CSS :target covers that case alone.
"use strict";

function span(id) {
  const found = /^c(\d+)-(\d+)$/.exec(id);
  return found && { start: Number(found[1]), end: Number(found[2]) };
}

function highlight() {
  document.querySelectorAll(".cited").forEach((element) => element.classList.remove("cited"));
  const wanted = span(decodeURIComponent(location.hash.slice(1)));
  if (!wanted) return;
  const cited = [...document.querySelectorAll(".sentence")].filter((element) => {
    const own = span(element.id);
    return own && own.start < wanted.end && wanted.start < own.end;
  });
  cited.forEach((element) => element.classList.add("cited"));
  if (cited.length) cited[0].scrollIntoView({ block: "center" });
}

window.addEventListener("hashchange", highlight);
highlight();
