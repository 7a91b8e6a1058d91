// Shortcuts on the review page; templates/coursework/_keys.html tells people what each does.
// Letters do nothing while somebody types, and <html data-keys="off"> switches them off (WCAG 2.1.4).
//
//   .pg-queue a, one of them aria-current     the queue
//   [data-keys-comment]                       the comment field; while none is open, what opens one
//   form[data-keys-decision]                  the form with the decision; [data-keys-choice] is its group of choices
//   fieldset.pg-crit                          a criterion, in the order of the numbers
//   form[data-keys-next], form[data-keys-claim], [data-held-undo]   pressed as a whole
const TYPING = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]';

export function reviewKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return send(event);
    if (document.documentElement.dataset.keys === 'off') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const action = /^[1-9]$/.test(event.key) ? () => judge(Number(event.key)) : ACTIONS[event.key.toLowerCase()];
    if (action?.()) event.preventDefault();
  });
}

const ACTIONS = {
  j: () => walk(1),
  k: () => walk(-1),
  n: () => submit('form[data-keys-next]'),
  i: () => submit('main form[action$="/oppakken"]'),
  o: comment,
  b: decision,
  a: () => decide('approve'),
  g: () => decide('return'),
  e: () => decide('talk_first'),
  m: () => focus('form[data-keys-decision] textarea'),
  p: openPhrases,
  '/': openPhrases,
  z: () => submit('[data-held]:not([hidden]) form[data-held-undo]:not([hidden])'),
  '?': () => unfold('details[data-keys-help]', 'summary'),
};

function walk(step) {
  const queue = [...document.querySelectorAll('.pg-queue a')];
  const at = queue.findIndex((link) => link.hasAttribute('aria-current'));
  const next = queue[at + step];
  next?.click();
  return Boolean(next);
}

function focus(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  return Boolean(element);
}

function submit(selector) {
  const form = document.querySelector(selector);
  form?.requestSubmit();
  return Boolean(form);
}

// The field of the form that stands open; else what opens one: at the words that are selected, or under the first paragraph.
function comment() {
  if (focus('textarea[data-keys-comment]')) return true;
  const chosen = getSelection()?.anchorNode?.parentElement?.closest('.pg-para');
  const button = getSelection()?.isCollapsed ? null : chosen?.querySelector(':scope > a.btn');
  const open = button || document.querySelector('a[data-keys-comment]');
  open?.click();
  return Boolean(open);
}

function decision() {
  const group = '[data-keys-decision] [data-keys-choice] input';
  return focus(`${group}:checked`) || focus(group);
}

function decide(value) {
  return choose(document.querySelector(`[data-keys-decision] [data-keys-choice] input[value="${value}"]`));
}

// Each press takes the next judgement of that criterion. Focus goes along, so that it is read aloud.
function judge(number) {
  const criterion = document.querySelectorAll('[data-keys-decision] fieldset.pg-crit:not([data-keys-choice])')[number - 1];
  const choices = [...(criterion?.querySelectorAll('input[type=radio]') ?? [])];
  const at = choices.findIndex((one) => one.checked);
  return choose(choices[(at + 1) % choices.length]);
}

function choose(input) {
  if (!input) return false;
  input.focus();
  input.checked = true;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

function openPhrases() {
  return unfold('details[data-phrases]', '.pg-phrase') || focus('details[data-phrases] summary');
}

function unfold(selector, first) {
  const box = document.querySelector(selector);
  if (!box) return false;
  box.open = true;
  return focus(`${selector} ${first}`);
}

// The form somebody is typing in, else the decision.
function send(event) {
  const form = event.target.closest('main form[method=post]') || document.querySelector('form[data-keys-decision]');
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}
