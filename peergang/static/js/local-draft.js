// A form whose text has no draft on the server: a copy in this browser survives a closed tab, a lost network and a session
// that ended. It goes when a page after it says data-draft-done (autosave.js), or when the form is as it came.
//
//   <form data-local-draft="<key>-<viewer id>"> with [data-save] fields, [data-draft-restored] and in it [data-draft-drop]
import { DraftStore, forget } from './draft-store.js';
import { readForm, writeForm } from './draft-form.js';
import { same } from './draft-merge.js';

const PAUSE = 200;

export function localDrafts() {
  // What was just placed must be gone before its copy is looked for.
  for (const done of document.querySelectorAll('[data-draft-done]')) forget(done.dataset.draftDone);
  for (const form of document.querySelectorAll('form[data-local-draft]')) keep(form);
}

function keep(form) {
  const store = new DraftStore(form.dataset.localDraft);
  const came = readForm(form);
  let timer = null;
  let sending = false;
  const write = () => {
    clearTimeout(timer);
    const data = readForm(form);
    if (same(data, came) && !sending) store.clear();
    else store.write({ data, submitted: sending });
  };
  restore(form, store, came);
  for (const name of ['input', 'change']) {
    form.addEventListener(name, () => {
      clearTimeout(timer);
      timer = setTimeout(write, PAUSE);
    });
  }
  form.addEventListener('submit', () => {
    sending = true;
    write();
  });
  addEventListener('pagehide', write);
  addEventListener('pageshow', (event) => {
    if (event.persisted) sending = false;
  });
}

function restore(form, store, came) {
  const copy = store.newest();
  if (!copy) return;
  if (same(copy.data, came)) {
    store.adopt(copy);
    return;
  }
  // The server gave back what was typed, with what is wrong with it: that is newer than any copy.
  if (form.querySelector('[aria-invalid]')) return;
  writeForm(form, copy.data);
  store.adopt({ ...copy, submitted: false });
  const note = form.querySelector('[data-draft-restored]');
  if (!note) return;
  note.hidden = false;
  note.querySelector('[data-draft-drop]').addEventListener('click', () => {
    writeForm(form, came);
    store.clear();
    note.hidden = true;
    form.querySelector('[data-save]')?.focus();
  });
}
