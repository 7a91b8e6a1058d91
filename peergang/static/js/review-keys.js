// Shortcuts on the review page: J and K walk the queue, O goes to the comment, B to the decision, Ctrl+Enter sends.
// Letters do nothing while somebody types, and <html data-keys="off"> switches them off (WCAG 2.1.4).
//
//   .pg-queue a, one of them aria-current     the queue
//   [data-keys-comment]                       the comment field; while none is open, what opens one
//   form[data-keys-decision]                  the form with the decision; [data-keys-choice] is its group of choices
const TYPING = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]';

export function reviewKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return send(event);
    if (document.documentElement.dataset.keys === 'off') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const action = ACTIONS[event.key.toLowerCase()];
    if (action?.()) event.preventDefault();
  });
}

const ACTIONS = { j: () => walk(1), k: () => walk(-1), o: () => focus('textarea[data-keys-comment]') || focus('[data-keys-comment]'), b: decision };

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

// The field of the form that stands open, else the button beside the first paragraph.
function comment() {
  return focus('textarea[data-keys-comment]') || focus('[data-keys-comment]');
}

function decision() {
  const group = '[data-keys-decision] [data-keys-choice] input';
  return focus(`${group}:checked`) || focus(group);
}

// The form somebody is typing in, else the decision.
function send(event) {
  const form = event.target.closest('main form[method=post]') || document.querySelector('form[data-keys-decision]');
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}
