// One turn of the conversation: the question, and what became of it.

let lastId = 0;

function turnElement(turn) {
  const reply = h("div");
  const asked = h("h3", { class: "asked" }, unseen(`${t.asked} `), h("span", { dir: "auto" }, turn.question));
  paint(turn, reply);
  return h("article", { class: "turn" }, asked, reply);
}

// Draws the reply again and keeps what the reader had opened.
function repaint(turn, reply) {
  const cites = () => [...reply.querySelectorAll(".cite")];
  const numbers = (state) => cites().filter((c) => c.matches(state)).map((c) => c.textContent);
  const open = numbers("[aria-expanded=true]");
  const focused = numbers(":focus");
  paint(turn, reply);
  for (const cite of cites()) {
    if (open.includes(cite.textContent)) cite.click();
    if (focused.includes(cite.textContent)) cite.focus();
  }
}

function paint(turn, element) {
  const reply = turn.reply ?? soFar(turn);
  const label = { declined: t.none, partial: reply.reason === "advice" ? t.advice : t.part }[reply.status];
  element.className = `reply is-${reply.status}`;
  element.replaceChildren(
    ...[
      label && h("p", { class: "label", dir: "auto" }, label),
      ...answerBlocks(reply.answer, reply),
      reply.conflict && conflictNote(reply),
      turn.ended && h("p", { class: "label bad", dir: "auto" }, t.ending),
      !turn.reply && !turn.ended && h("p", { class: "soft waiting" }, t.waiting, h("i"), h("i"), h("i")),
      label && h("div", { class: "handoff" }, contactLinks(reply.handoff)),
      reply.answer && foreign("p", reply.disclaimer, { class: "small soft" }),
      turn.reply && tools(turn),
      reply.suggestions?.length && h("div", { class: "suggestions" }, questionList(reply.suggestions, "en")),
    ].filter(Boolean),
  );
}

// The verified sentences that have arrived, in the form of a reply.
function soFar({ sentences }) {
  const answer = sentences.map((s) => s.text + s.citations.map((c) => `[${c.number}]`).join("")).join(" ");
  return { answer, citations: sentences.flatMap((s) => s.citations), disclaimer: site.disclaimer };
}

// Paragraphs stand between empty lines, and end with each cited sentence, so that a quote opens right below what it supports.
// A line that starts with a dash is an item of a list.
function answerBlocks(text, reply) {
  const blocks = [];
  for (const part of text.split(/\n\s*\n|\n(?=\s*[-*•]\s)|(?<=\[\d+\])\s+(?=\p{Lu})/u)) {
    const item = part.replace(/^\s*[-*•]\s+/, "");
    const isItem = item !== part;
    const block = citedBlock(isItem ? "li" : "div", item, reply);
    if (!isItem) blocks.push(block);
    else if (blocks.at(-1)?.matches("ul")) blocks.at(-1).append(block);
    else blocks.push(h("ul", null, block));
  }
  return blocks;
}

// A text in which each [1] is a button that opens the quote below the text; no line ends between it and the word before.
function citedBlock(tag, text, { citations }) {
  const line = h("p", { lang: "en", dir: "auto" });
  const block = h(tag, { class: "block" }, line);
  const marked = ([mark, n]) => {
    const citation = citations.find((c) => c.number === +n);
    return citation ? citeButton(citation, block) : mark;
  };
  text.split(/([^\s[]{0,30}(?:\s*\[\d+\])+)/).forEach((piece, i) => {
    const word = piece.split(/\s*\[\d+\]/, 1);
    line.append(i % 2 ? h("span", { class: "marked" }, word, ...[...piece.matchAll(/\s*\[(\d+)\]/g)].map(marked)) : piece);
  });
  return block;
}

function citeButton(citation, block) {
  const id = `source-${++lastId}`;
  const name = `${t.source} ${citation.number}: ${citation.title}`;
  let shown;
  const onclick = () => {
    shown = shown ? shown.remove() : passage(citation, id);
    if (shown) block.append(shown);
    shown?.scrollIntoView({ block: "nearest" });
    cite.ariaExpanded = String(Boolean(shown));
  };
  const cite = button({ class: "cite", "aria-expanded": "false", "aria-controls": id, "aria-label": name, title: name, onclick }, String(citation.number));
  return cite;
}

// The exact words; asterisks that make words bold in the document are there and not shown.
const quoted = (quote) => quote.split(/(\*\*)/).map((part) => (part === "**" ? h("span", { hidden: "" }, part) : part));

const passage = (citation, id) =>
  h(
    "div",
    { class: "card passage", id, dir: "ltr", role: "group", "aria-label": `${t.source} ${citation.number}` },
    foreign("p", citation.title, { class: "strong" }),
    foreign("p", citation.section, { class: "soft" }),
    foreign("blockquote", quoted(citation.quote)),
    h("p", { class: "soft" }, origin(citation)),
    citation.authorities.length > 0 && h("p", { class: "soft" }, `${t.authorities}: `, foreign("span", citation.authorities.join("; "))),
    link(safeUrl(citation.url), { class: "strong" }, t.read, " ↗", unseen(` (${t.tab})`)),
  );

function conflictNote({ conflict, citations }) {
  const marks = conflict.citations.map((n) => `[${n}]`).join("");
  return h("div", { class: "conflict card", role: "note" }, h("p", { class: "label" }, t.differ), citedBlock("div", conflict.note + marks, { citations }));
}

function contactLinks(handoff) {
  const { url, phone } = handoff ?? site.contact ?? {};
  const address = options.contact || (url && safeUrl(url));
  const onclick = () => note("handoff");
  return [
    address && link(address, { onclick }, t.person),
    phone && link(`tel:${phone.replace(/[^+\d]/g, "")}`, { onclick, dir: "ltr" }, phone),
  ];
}

function questionList(questions, lang) {
  const item = (q) => h("li", null, button({ class: "card", lang, dir: "auto", onclick: () => ask(q) }, q));
  return [h("p", { class: "label" }, t.ask), h("ul", { class: "questions", role: "list" }, questions.map(item))];
}

function tools(turn) {
  const below = h("div");
  const put = (part) => {
    below.replaceChildren(part);
    below.scrollIntoView({ block: "nearest" });
  };
  const say = (text) => {
    put(text);
    announce(text);
  };
  const failed = () => say(t.failed);
  const send = (comment) => sendFeedback({ reply_id: turn.reply.id, conversation_id: token, thumbs: turn.thumbs, comment });
  const rate = (value) => {
    turn.thumbs = value;
    keep();
    thumbs.forEach((thumb) => (thumb.ariaPressed = String(thumb.matches(`.${value}`))));
    // A comment stays in its field until the server has it.
    const problem = h("p", { class: "label bad", dir: "auto" });
    const lost = () => {
      if (!problem.isConnected) return;
      problem.textContent = t.failed;
      announce(t.failed);
    };
    put(h("div", null, commentForm((comment) => send(comment).then(() => say(t.thanks), lost)), problem));
    send(null).catch(lost);
  };
  const thumbs = ["up", "down"].map((value) =>
    iconButton("thumb", t[value], { class: `icon ${value}`, "aria-pressed": String(turn.thumbs === value), onclick: () => rate(value) }),
  );
  const onclick = () => copyText(turnText(turn)).then(() => say(t.copied), failed);
  return h("div", { class: "soft" }, h("div", { class: "tools" }, thumbs, iconButton("copy", t.copy, { onclick })), below);
}

function commentForm(send) {
  const input = h("textarea", { rows: 2, maxlength: 1000, dir: "auto" });
  const onsubmit = (event) => {
    event.preventDefault();
    send(input.value.trim() || null);
  };
  return h("form", { class: "comment", onsubmit }, h("label", null, t.comment, input), h("button", { class: "plain" }, t.send));
}

// What a screen reader hears of a finished turn, in one piece.
const spoken = ({ answer, conflict }) => answer.replace(/\s*\[\d+\]/g, "") + (conflict ? ` ${t.differ}: ${conflict.note}` : "");
