// Comments at words: select them, press the button beside the paragraph, and the form opens right there with the words in
// it. Without this file the same button is a link that reloads the page with the form open for the whole paragraph.
//
//   [data-comment-text]            the text; in it .pg-para[data-paragraph="4"] with a .pg-said and an a.btn
//   <template id="comment-template"> a form[data-comment-form] with the fields paragraph, quote, prefix, suffix, body,
//                                   [data-comment-label="… {n}"], [data-comment-quote] with a q, [data-comment-cancel]
const AROUND = 32;

export function commentForms() {
  const text = document.querySelector('[data-comment-text]');
  const template = document.getElementById('comment-template');
  if (!text || !template) return;
  let chosen = null;
  // Pressing the button takes the selection away, so it is remembered while it lasts.
  document.addEventListener('selectionchange', () => {
    const found = selected(text);
    if (found || !document.activeElement?.closest?.('.pg-para')) chosen = found;
  });
  text.addEventListener('click', (event) => {
    const button = event.target.closest('.pg-para > a.btn');
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const paragraph = button.closest('.pg-para');
    // With quick keys the button is pressed before the browser has told of the selection.
    const words = selected(text) ?? chosen;
    open(template, paragraph, words?.paragraph === paragraph ? words : null, button);
  });
}

// The words selected within one paragraph, with what stands around them; numbers of comments are no words.
function selected(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const inside = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest('.pg-para > .pg-said');
  const words = inside(range.startContainer);
  if (!words || words !== inside(range.endContainer) || !text.contains(words)) return null;
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const after = document.createRange();
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(words, words.childNodes.length);
  const quote = plain(range).trim();
  if (!quote) return null;
  const paragraph = words.closest('.pg-para');
  return { paragraph, quote, prefix: plain(before).slice(-AROUND), suffix: plain(after).slice(0, AROUND) };
}

function plain(range) {
  const piece = range.cloneContents();
  for (const number of piece.querySelectorAll('.pg-ref')) number.remove();
  return piece.textContent;
}

function open(template, paragraph, words, button) {
  const old = document.querySelector('main form[data-comment-form]');
  const form = template.content.querySelector('form').cloneNode(true);
  const kept = old?.elements.body.value ?? '';
  if (kept.trim() && (!words || old.action !== form.action)) {
    old.elements.body.focus(); // Never throw away what is being written.
    return;
  }
  const number = paragraph.dataset.paragraph;
  form.elements.paragraph.value = number;
  form.elements.body.value = kept;
  const label = form.querySelector('[data-comment-label]');
  label.textContent = label.dataset.commentLabel.replace('{n}', number);
  if (words) {
    for (const name of ['quote', 'prefix', 'suffix']) form.elements[name].value = words[name];
    const shown = form.querySelector('[data-comment-quote]');
    shown.querySelector('q').textContent = words.quote;
    shown.classList.remove('d-none');
  }
  const close = (event) => {
    event.preventDefault();
    form.remove();
    button.focus();
  };
  form.querySelector('[data-comment-cancel]').addEventListener('click', close);
  form.addEventListener('keydown', (event) => event.key === 'Escape' && !form.elements.body.value.trim() && close(event));
  old?.remove();
  paragraph.after(form);
  form.elements.body.focus();
}
