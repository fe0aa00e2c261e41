// Colours that can be read: WCAG 2.2, relative luminance and contrast ratio.

const ENOUGH = 4.5;
// The surface of each theme on which a link is hardest to read.
const HARDEST = { light: "#f2f0e9", dark: "#2a3337" };

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function luminance(hex) {
  const [r, g, b] = channels(hex).map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
}

function contrast(one, other) {
  const ratio = luminance(one) / luminance(other);
  return Math.max(ratio, 1 / ratio);
}

// The colour itself, or as much darker or lighter as it has to be.
function readableOn(surface, hex, share = 0) {
  const end = luminance(surface) > 0.25 ? 0 : 255;
  const mixed = "#" + channels(hex).map((c) => Math.round(c + (end - c) * share).toString(16).padStart(2, "0")).join("");
  return contrast(surface, mixed) < ENOUGH ? readableOn(surface, hex, share + 0.04) : mixed;
}

// One of white and black always reaches 4.58.
const textOn = (hex) => (contrast("#ffffff", hex) < ENOUGH ? "#000000" : "#ffffff");

// Any opaque CSS colour as #rrggbb, else null.
function hexOf(colour) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = colour;
  return CSS.supports("color", colour) && canvas.fillStyle.length === 7 ? canvas.fillStyle : null;
}
