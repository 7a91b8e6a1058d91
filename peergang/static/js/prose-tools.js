// Buttons and keys for marking up an answer: <textarea data-prose>, and <template id="prose-tools"> with a toolbar whose
// buttons carry data-tool. What they do is typed into the field, so undo, autosave and the count of words know of it.
import { around, continued, lines, link } from './prose-edits.js';

const KEYS = { b: 'bold', i: 'italic', k: 'link' };
const TOOLS = {
  bold: (field) => around(field, '**'),
  italic: (field) => around(field, '*'),
  list: (field) => lines(field, () => '- ', /^- /),
  numbers: (field) => lines(field, (n) => `${n}. `, /^\d+\. /),
  quote: (field) => lines(field, () => '> ', /^> /),
  link,
};

export function proseTools() {
  const template = document.getElementById('prose-tools');
  for (const [place, field] of document.querySelectorAll('textarea[data-prose]').entries()) {
    if (template) addTools(field, template.content.firstElementChild.cloneNode(true), place + 1);
    field.addEventListener('keydown', (event) => press(event, field));
    field.addEventListener('beforeinput', (event) => lineBreak(event, field));
    if (!CSS.supports('field-sizing', 'content')) grow(field);
  }
}

function addTools(field, tools, number) {
  tools.setAttribute('aria-label', tools.getAttribute('aria-label').replace('{n}', number));
  tools.setAttribute('aria-controls', field.id);
  tools.addEventListener('click', (event) => {
    const button = event.target.closest('[data-tool]');
    if (button) use(field, TOOLS[button.dataset.tool]);
  });
  // Pressing a button with the mouse must not take the selection away.
  tools.addEventListener('mousedown', (event) => event.preventDefault());
  tools.addEventListener('keydown', rove);
  field.before(tools);
}

// One stop for Tab; arrows go from button to button.
function rove(event) {
  const buttons = [...event.currentTarget.querySelectorAll('[data-tool]')];
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const next = buttons.at(to % buttons.length);
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

function press(event, field) {
  const tool = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && KEYS[event.key.toLowerCase()];
  if (!tool || event.isComposing) return;
  event.preventDefault();
  use(field, TOOLS[tool]);
}

// A list goes on by itself; an empty point ends it. Also with the keyboard of a phone.
function lineBreak(event, field) {
  if (event.inputType !== 'insertLineBreak' || event.isComposing || !event.cancelable) return;
  const edit = continued(field);
  if (!edit) return;
  event.preventDefault();
  type(field, edit);
}

function use(field, tool) {
  field.focus();
  type(field, tool(field));
}

// Replace `from`–`to` by `text` as if it was typed, and leave `select` selected.
function type(field, { from, to, text, select }) {
  field.setSelectionRange(from, to);
  const typed = text ? document.execCommand('insertText', false, text) : from === to || document.execCommand('delete');
  if (!typed) {
    field.setRangeText(text, from, to, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
  }
  field.setSelectionRange(...select);
}

function grow(field) {
  const fit = () => {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener('input', fit);
  fit();
}
