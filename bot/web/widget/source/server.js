// The server: one question at a time, streamed where both sides can.

// Without a sign of life, in milliseconds.
const PATIENCE = 30_000;

class Problem extends Error {
  constructor(code, message, seconds = 0) {
    super(message);
    Object.assign(this, { code, seconds });
  }
}

const request = (path, options) => fetch(SERVER + path, { credentials: "omit", referrerPolicy: "origin", ...options });
const post = (path, body, options) =>
  request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, ...options });

async function checked(response) {
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  const busy = response.status === 429;
  const seconds = busy ? Math.min(response.headers.get("Retry-After") || 20, 3600) : 0;
  throw new Problem(busy ? "busy" : (error?.code ?? "failed"), response.status < 500 ? error?.message : "", seconds);
}

// "event: reply\ndata: {…}" as ["reply", {…}].
function eventOf(block) {
  const field = (name) => [...block.matchAll(RegExp(`^${name}: ?(.*)`, "gm"))].map((line) => line[1]).join("\n");
  return [field("event"), JSON.parse(field("data") || null)];
}

// A stream is blocks of lines that end with an empty line; a plain answer is JSON.
async function replyOf(response, alive, onSentence) {
  if (!response.headers.get("Content-Type").includes("event-stream")) return response.json();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value = "\n\n" } = await reader.read();
    alive();
    const blocks = (text + value).replaceAll("\r", "").split("\n\n");
    text = blocks.pop();
    for (const [name, data] of blocks.map(eventOf)) {
      if (name === "reply") return data;
      if (name === "error") throw new Problem("failed", data.message);
      if (name === "sentence") onSentence(data);
    }
    if (done) throw new Problem("silent");
  }
}

// One reply. Throws a Problem and nothing else; `controller` stops it.
async function askServer(question, controller, onSentence) {
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Problem("silent")), PATIENCE);
  };
  alive();
  try {
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
    const body = { question, conversation_id: token ?? undefined };
    const response = await checked(await post("/api/ask", body, { headers, signal: controller.signal }));
    const reply = await replyOf(response, alive, onSentence);
    token = response.headers.get("X-Conversation-Id") ?? token;
    return reply;
  } catch (error) {
    const { aborted, reason } = controller.signal;
    const problem = aborted ? reason : error;
    if (problem.code === "unknown_conversation" && token) {
      token = null;
      return askServer(question, controller, onSentence);
    }
    throw problem instanceof Problem ? problem : new Problem(navigator.onLine ? "silent" : "offline");
  } finally {
    clearTimeout(timer);
  }
}

const readSite = async () => (await checked(await request("/api/site"))).json();

const sendFeedback = async (body) => checked(await post("/api/feedback", body));

// Told in passing, so that nothing waits for it: that the contact link was followed, or that the conversation is over.
function note(what) {
  const options = { keepalive: true, headers: { "Content-Type": "text/plain" } };
  post(`/api/${what}`, { conversation_id: token }, options).catch(() => {});
}
