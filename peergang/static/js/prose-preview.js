// The preview in a window over the page. The server renders it, as without this file; nothing is stored.
//
//   <button data-preview formaction="…" data-failed="…">   the answer holds #voorbeeld
//   <template id="prose-preview">                            a dialog with [data-text] and [data-close]
export function previews() {
  const template = document.getElementById('prose-preview');
  if (!template) return;
  for (const button of document.querySelectorAll('[data-preview]')) {
    // On click and not on submit: autosave would take it for the form itself being sent.
    button.addEventListener('click', (event) => {
      event.preventDefault();
      show(template, button);
    });
  }
}

async function show(template, button) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  const place = dialog.querySelector('[data-text]');
  const answer = await fetch(button.formAction, { method: 'POST', body: new FormData(button.form) }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  const text = page?.getElementById('voorbeeld');
  if (text) place.append(...text.childNodes);
  else place.textContent = button.dataset.failed;
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    button.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
