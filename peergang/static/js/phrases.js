// Sentences of one's own, put in at the cursor of the field somebody wrote in last: the message, or a comment.
//
//   details[data-phrases="<url>"]    the list; its li[data-phrase="<id>"] hold a span with the text
//   form[data-keys-decision] textarea[name=message], form[data-comment-form] textarea[name=body]
const FIELDS = 'form[data-keys-decision] textarea, form[data-comment-form] textarea';

export function phrases() {
  const box = document.querySelector('[data-phrases]');
  let last = null;
  document.addEventListener('focusin', (event) => {
    if (event.target.matches(FIELDS)) last = event.target;
  });
  for (const item of box.querySelectorAll('[data-phrase]')) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'pg-phrase' });
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener('click', () => {
      const field = last?.isConnected ? last : document.querySelector(FIELDS);
      if (!field) return;
      insert(field, button.querySelector('span').textContent);
      box.open = false;
      count(box, item.dataset.phrase);
    });
  }
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    box.open = false;
    (last?.isConnected ? last : box.querySelector('summary')).focus();
  });
}

function insert(field, text) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = start > 0 && !/\s/.test(value[start - 1]) ? ' ' : '';
  const after = end < value.length && !/\s/.test(value[end]) ? ' ' : '';
  field.focus();
  field.setRangeText(before + text + after, start, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true })); // Autosave and counters hear of it.
}

// How often it was used is nice to know, and no more than that.
function count(box, id) {
  const body = new FormData();
  body.set('intent', 'used');
  body.set('csrf_token', document.querySelector('meta[name="csrf-token"]')?.content ?? '');
  fetch(`${box.dataset.phrases}/${id}`, { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {});
}
