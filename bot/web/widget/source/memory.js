// What this tab remembers until it is closed. Without storage (private windows, sandboxes) it remembers nothing.

const KEY = `answer-widget ${SERVER}`;
const MOST_TURNS = 40;

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(changes) {
  try {
    const kept = { ...recall(), ...changes };
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept, turns: kept.turns?.slice(-MOST_TURNS) }));
  } catch {
    // full or forbidden: the conversation then ends with the page
  }
}
