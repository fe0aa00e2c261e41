// Writes the line that embeds the chat with the chosen options, and shows them on the chat of this page.
"use strict";

const form = document.getElementById("options");
const line = document.getElementById("line");
const copied = document.getElementById("copied");
const script = new URL("/widget.js", location.href).href;
const plain = new URL("/ask", location.href).href;
const unchanged = { color: "#1f4e4a" };

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function chosen() {
  const fields = [...form.elements].filter((field) => field.name);
  const read = (field) => (field.type === "checkbox" ? field.checked && "true" : field.value.trim());
  const values = fields.map((field) => [field.name, read(field)]);
  return new Map(values.map(([name, value]) => [name, name === "starters" ? listed(value) : value]));
}

const listed = (lines) => lines.split("\n").map((text) => text.trim()).filter(Boolean).join(" | ");

function show() {
  const chat = document.querySelector("answer-widget");
  const attributes = [];
  for (const [name, value] of chosen()) {
    const isSet = value && value !== unchanged[name];
    if (isSet) attributes.push(`\n  data-${name}="${escaped(value)}"`);
    if (isSet && chat.getAttribute(`data-${name}`) !== value) chat.setAttribute(`data-${name}`, value);
    if (!isSet) chat.removeAttribute(`data-${name}`);
  }
  line.textContent =
    `<script src="${script}"${attributes.join("")}${attributes.length ? "\n  " : " "}defer></script>\n` +
    `<noscript><a href="${plain}">Ask a question</a></noscript>`;
  copied.textContent = "";
}

async function copy() {
  try {
    await navigator.clipboard.writeText(line.textContent);
    copied.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(line);
    copied.textContent = "Press Ctrl+C to copy what is selected.";
  }
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("copy").addEventListener("click", copy);
show();
