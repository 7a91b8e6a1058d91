// Copies of unsaved text in this browser. Each open page writes its own, so that two tabs never overwrite each other.
import { same } from './draft-merge.js';

const PREFIX = 'peergang:draft:';
const KEEP_DAYS = 30;
const page = Math.random().toString(36).slice(2);

let closed = false;

export class DraftStore {
  constructor(key) {
    this.prefix = `${PREFIX}${key}:`;
    this.own = this.prefix + page;
  }

  write(copy) {
    if (closed) return true; // Whoever signs out has decided; the page that goes away must not write it down again.
    try {
      localStorage.setItem(this.own, JSON.stringify({ ...copy, at: Date.now() }));
      return true;
    } catch {
      return false; // Full, or storage is switched off.
    }
  }

  clear() {
    drop(this.own);
  }

  // The newest copy of this text, whichever page made it.
  newest() {
    const copies = entries(this.prefix).sort((a, b) => b.at - a.at);
    return copies[0] ?? null;
  }

  remove(copy) {
    drop(copy.name);
  }

  // Make a copy that another page left behind ours.
  adopt(copy) {
    if (this.write(copy) && copy.name !== this.own) drop(copy.name);
  }
}

// The form itself was sent and accepted: what it held is safe. What was typed while it was on its way is not.
export function forget(key) {
  for (const copy of entries(`${PREFIX}${key}:`)) {
    if (!copy.submitted) continue;
    if (copy.submitted === true || same(copy.data, copy.submitted)) drop(copy.name);
    else rewrite(copy.name, { ...copy, name: undefined, submitted: false });
  }
}

// What of this person the server has not confirmed, on whichever page; a draft key ends in the id of its author.
export function draftsOf(person) {
  return entries(PREFIX).filter((copy) => copy.name.slice(0, copy.name.lastIndexOf(':')).endsWith(person));
}

// Throw these copies away and keep no more from here on.
export function closeStore(copies) {
  closed = true;
  for (const copy of copies) drop(copy.name);
}

function rewrite(name, copy) {
  try {
    localStorage.setItem(name, JSON.stringify(copy));
  } catch {
    // It stays as it was.
  }
}

function entries(prefix) {
  const found = [];
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    for (const name of names) {
      const copy = parse(localStorage.getItem(name));
      if (!copy || copy.at < Date.now() - KEEP_DAYS * 86400000) drop(name);
      else found.push({ ...copy, name });
    }
  } catch {
    // Storage is switched off: there are no copies.
  }
  return found;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function drop(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Storage is switched off: there is nothing to drop.
  }
}
