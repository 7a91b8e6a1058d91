// Comparing and merging what a form holds: {title, audience, answers: {…}, fields: {…}}.
export function same(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

// Both sides changed something since `base`. Null when they changed the same thing in different ways.
export function merge(base = {}, mine, theirs) {
  const merged = {};
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, here, there] = [base?.[key], mine[key], theirs[key]];
    if (same(here, there) || same(was, there)) merged[key] = here;
    else if (same(was, here)) merged[key] = there;
    else if (isGroup(here) && isGroup(there)) merged[key] = merge(was, here, there);
    else return null;
    if (merged[key] === null) return null;
  }
  return merged;
}

function isGroup(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
