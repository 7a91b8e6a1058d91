// Comparing and merging what a form holds: {title, audience, answers: {…}, fields: {…}}.
export function same(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

// Both sides changed something since `base`: changes to different things go together. Where both changed the same thing
// in different ways, `prefer` decides: 'mine' or 'theirs'.
export function merge(base, mine, theirs, prefer) {
  const merged = {};
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, here, there] = [base?.[key], mine[key], theirs[key]];
    if (same(was, there)) merged[key] = here;
    else if (same(was, here)) merged[key] = there;
    else if (isGroup(here) && isGroup(there)) merged[key] = merge(was, here, there, prefer);
    else merged[key] = prefer === 'mine' ? here : there;
  }
  return merged;
}

function isGroup(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
