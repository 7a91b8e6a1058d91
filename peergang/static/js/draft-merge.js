// Comparing and merging what a form holds: {title, audience, answers: {…}, fields: {…}}.
export function same(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

// Both sides changed something since the first of `bases`: changes to different things go together. Where both changed the
// same thing in different ways, `prefer` decides: 'mine' or 'theirs'. The other bases are what this side sent without
// hearing back: who has one of those has nothing of anybody else.
export function merge(bases, mine, theirs, prefer) {
  const merged = {};
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [here, there] = [mine[key], theirs[key]];
    const were = bases.map((base) => base?.[key]);
    if (same(here, there) || were.some((was) => same(was, there))) merged[key] = here;
    else if (same(were[0], here)) merged[key] = there;
    else if (isGroup(here) && isGroup(there)) merged[key] = merge(were, here, there, prefer);
    else merged[key] = prefer === 'mine' ? here : there;
  }
  return merged;
}

function isGroup(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
