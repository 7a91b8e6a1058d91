// Reading a form into {title, audience, answers, fields}, and writing such an object back.
const ANSWER = 'answer-';

function place(element) {
  if (!element.name || element.disabled || ['file', 'submit', 'button', 'password'].includes(element.type)) return null;
  if (element.name.startsWith(ANSWER)) return ['answers', element.name.slice(ANSWER.length)];
  if (element.name === 'title' || element.name === 'audience') return [null, element.name];
  return 'save' in element.dataset ? ['fields', element.name] : null;
}

function box(element) {
  return element.type === 'radio' || element.type === 'checkbox';
}

export function readForm(form) {
  const data = {};
  for (const element of form.elements) {
    const at = place(element);
    if (!at) continue;
    const target = at[0] ? (data[at[0]] ??= {}) : data;
    const name = at[1];
    if (element.type === 'checkbox') {
      target[name] ??= [];
      if (element.checked) target[name].push(element.value);
    } else if (element.type === 'radio') {
      if (element.checked) target[name] = element.value;
      else target[name] ??= '';
    } else {
      target[name] = element.value;
    }
  }
  return data;
}

// Write `data`; each field that changes says so itself, so that word counts follow.
export function writeForm(form, data) {
  for (const element of form.elements) {
    const at = place(element);
    const value = at && (at[0] ? data[at[0]]?.[at[1]] : data[at[1]]);
    if (value === undefined || value === null) continue;
    if (box(element)) {
      const wanted = [].concat(value).map(String).includes(element.value);
      if (element.checked === wanted) continue;
      element.checked = wanted;
    } else {
      if (element.value === value) continue;
      element.value = value;
    }
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

// Both texts, one under the other, wherever they differ in something that was written; the rest as it is in `mine`.
export function bothTexts(form, mine, theirs) {
  const both = structuredClone(mine);
  for (const element of form.elements) {
    const at = element.type === 'textarea' && place(element);
    if (!at || !at[0]) continue;
    const [here, there] = [mine, theirs].map((data) => data[at[0]]?.[at[1]] ?? '');
    both[at[0]][at[1]] = here.includes(there) ? here : there.includes(here) ? there : `${here.trimEnd()}\n\n${there}`;
  }
  return both;
}

function shown(form, element, value) {
  if (!box(element)) return value ?? '';
  const chosen = [].concat(value ?? []).map(String);
  const boxes = [...form.elements].filter((other) => other.name === element.name && chosen.includes(other.value));
  return boxes.map((other) => other.labels[0]?.textContent.trim()).join(', ');
}

function title(element) {
  const legend = box(element) && element.closest('fieldset')?.querySelector('legend');
  const label = legend || element.labels?.[0];
  if (!label) return element.name;
  const copy = label.cloneNode(true);
  for (const mark of copy.querySelectorAll('[aria-hidden]')) mark.remove();
  return copy.textContent.trim();
}

// What differs, in the words of the page: [{label, mine, theirs}].
export function differences(form, mine, theirs) {
  const found = new Map();
  for (const element of form.elements) {
    const at = place(element);
    if (!at || found.has(element.name)) continue;
    const [a, b] = [mine, theirs].map((data) => shown(form, element, at[0] ? data[at[0]]?.[at[1]] : data[at[1]]));
    if (a.trim() !== b.trim()) found.set(element.name, { label: title(element), mine: a, theirs: b });
  }
  return [...found.values()];
}
