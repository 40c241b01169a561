/** Text from files and people, made safe to look at: what cannot be seen, or turns the line around, is shown. */

// Control characters, and those that change the direction of what follows.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Longer text, whose lines and tabs stay what they are.
 * @param {unknown} text
 */
export function lines(text) {
  return String(text).replace(HIDDEN, (character) => (/[\n\t]/.test(character) ? character : symbol(character)));
}

/**
 * A path or a name on one line.
 * @param {unknown} text
 */
export function oneLine(text) {
  return String(text).replace(HIDDEN, symbol);
}

/** @param {string} character */
function symbol(character) {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return `⟨${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/**
 * The last part of a path, on either system.
 * @param {string} path
 */
export function basename(path) {
  return path.split(/[\\/]/).pop() ?? "";
}
