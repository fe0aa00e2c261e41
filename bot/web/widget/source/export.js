// The conversation on its way out: to the clipboard, to a file, to paper.

// "Statute summary, reviewed November 23, 2026"
function origin({ kind, last_reviewed: date }) {
  const words = kind === "faq" ? "FAQ" : kind[0].toUpperCase() + kind.slice(1).replaceAll("-", " ");
  const day = date && new Date(date).toLocaleDateString(options.language, { dateStyle: "long", timeZone: "UTC" });
  return words + (day ? `, ${t.reviewed} ${day}` : "");
}

function turnText({ question, reply }) {
  const sources = reply.citations.map((c) => `[${c.number}] ${c.title}, ${c.section} (${origin(c)})\n"${c.quote}"\n${safeUrl(c.url)}`);
  const note = reply.conflict && `${t.differ}: ${reply.conflict.note}`;
  return [`${t.asked} ${question}`, reply.answer, note, ...sources, reply.disclaimer].filter(Boolean).join("\n\n");
}

const allText = () => [title(), ...turns.filter((turn) => turn.reply).map(turnText)].join("\n\n---\n\n");

// The same with paragraphs and links.
const paper = (text) =>
  text.split("\n\n").map((block) =>
    h("p", null, block.split("\n").map((line) => [line.startsWith(`${SERVER}/`) ? h("a", { href: line }, line) : line, h("br")]).flat()),
  );

async function copyText(text) {
  const as = (type, content) => ({ [type]: new Blob([content], { type }) });
  const html = h("div", null, paper(text)).innerHTML;
  try {
    await navigator.clipboard.write([new ClipboardItem({ ...as("text/plain", text), ...as("text/html", html) })]);
  } catch {
    await navigator.clipboard.writeText(text);
  }
}

function download() {
  const href = URL.createObjectURL(new Blob([allText()], { type: "text/plain;charset=utf-8" }));
  h("a", { href, download: `${title()}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

// A frame of the widget's own is printed, so that the page's styles are neither used nor touched.
function print() {
  const frame = h("iframe", { class: "unseen", "aria-hidden": "true", tabindex: -1 });
  root.append(frame);
  const { contentWindow: view, contentDocument: page } = frame;
  page.title = title();
  page.body.append(...paper(allText()));
  view.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  view.print();
}
