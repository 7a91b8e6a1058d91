// What each button does to a field, as {from, to, text, select: [start, end]}: nothing is changed here.
const ITEM = /^([ \t]*)([-*+]|\d{1,9}[.)])( +)/;
const QUOTE = /^([ \t]*)(>)( ?)/;

// Bold or italic: put the marks around the selection, or take them away when they are there.
export function around({ value, selectionStart, selectionEnd }, mark) {
  let [from, to] = trimmed(value, selectionStart, selectionEnd);
  const size = mark.length;
  const has = (a, b) => value.slice(a, a + size) === mark && value.slice(b - size, b) === mark && b - a >= 2 * size
    && (size > 1 || !(value.slice(a, a + 2) === '**' && value.slice(a, a + 3) !== '***'));
  if (has(from - size, to + size) && from >= size && alone(value, from - size, to + size, mark)) [from, to] = [from - size, to + size];
  if (has(from, to) && alone(value, from, to, mark)) {
    const text = value.slice(from + size, to - size);
    return { from, to, text, select: [from, from + text.length] };
  }
  const words = value.slice(from, to);
  // A mark does not reach over an empty line, so every line gets its own.
  const text = words.split('\n').map((line) => wrap(line, mark)).join('\n');
  const select = words.includes('\n') ? [from, from + text.length] : [from + size, from + size + words.length];
  return { from, to, text: words ? text : mark + mark, select };
}

// One star beside another is part of bold, not italic.
function alone(value, from, to, mark) {
  if (mark.length > 1) return true;
  const run = (at, step) => {
    let n = 0;
    while (value[at + n * step] === '*') n += 1;
    return n;
  };
  let start = from;
  while (value[start - 1] === '*') start -= 1;
  return run(start, 1) % 2 === 1 && to > from;
}

function wrap(line, mark) {
  const [, before, words, after] = /^(\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*)?)(.*?)(\s*)$/.exec(line);
  return words ? before + mark + words + mark + after : line;
}

function trimmed(value, from, to) {
  const words = value.slice(from, to);
  if (!words.trim()) return [from, from === to ? to : from];
  return [from + words.length - words.trimStart().length, to - (words.length - words.trimEnd().length)];
}

// A list or a quote: a sign before every line that is selected, or none when all have it.
export function lines({ value, selectionStart, selectionEnd }, sign, has) {
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const end = value.indexOf('\n', selectionEnd > from && value[selectionEnd - 1] === '\n' ? selectionEnd - 1 : selectionEnd);
  const to = Math.max(from, end < 0 ? value.length : end);
  const rows = value.slice(from, to).split('\n');
  const all = rows.every((row) => has.test(row) || !row.trim()) && rows.some((row) => row.trim());
  let number = 0;
  const changed = rows.map((row) => {
    if (all) return row.replace(has, '');
    if (!row.trim() && rows.length > 1) return row;
    number += 1;
    const bare = has.source.startsWith('^>') ? row : row.replace(ITEM, '$1');
    return sign(number) + bare;
  });
  const lead = !all && from > 0 && value.slice(0, from).trim() && needsRoom(value, from, has) ? '\n' : '';
  const text = lead + changed.join('\n');
  const last = from + text.length;
  return { from, to, text, select: rows.length > 1 ? [from + lead.length, last] : [last, last] };
}

// A number other than 1 starts no list right below a paragraph, and a quote swallows the line below it; a line between helps both.
function needsRoom(value, from, has) {
  const above = value.slice(value.lastIndexOf('\n', from - 2) + 1, from - 1);
  return Boolean(above.trim()) && !has.test(above);
}

export function link({ value, selectionStart, selectionEnd }) {
  const [from, to] = trimmed(value, selectionStart, selectionEnd);
  const words = value.slice(from, to);
  if (/^(https?:\/\/|mailto:)\S+$/i.test(words)) {
    return { from, to, text: `[](${words})`, select: [from + 1, from + 1] };
  }
  const text = `[${words}](https://)`;
  const address = from + words.length + 3;
  return { from, to, text, select: words ? [address, address + 8] : [from + 1, from + 1] };
}

// What Enter does in a list or a quote; null where it is only a line break.
export function continued({ value, selectionStart, selectionEnd }) {
  if (selectionStart !== selectionEnd) return null;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const line = value.slice(from, selectionStart);
  const found = ITEM.exec(line) ?? QUOTE.exec(line);
  if (!found) return null;
  const end = value.indexOf('\n', selectionStart);
  const whole = value.slice(from, end < 0 ? value.length : end);
  if (whole.trim() === found[0].trim()) return { from, to: from + whole.length, text: '', select: [from, from] };
  const [, indent, sign, space] = found;
  const next = /\d/.test(sign) ? String(parseInt(sign, 10) + 1) + sign.at(-1) : sign;
  const text = `\n${indent}${next}${space}`;
  const at = selectionStart + text.length;
  return { from: selectionStart, to: selectionStart, text, select: [at, at] };
}
