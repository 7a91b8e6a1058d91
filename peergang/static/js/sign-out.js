// On a shared computer nothing of ours stays behind. What the server confirmed left the browser at that moment already;
// of what it does not have yet, the author decides: stay and save, or leave and throw away.
import { closeStore, draftsOf } from './draft-store.js';

const FORMS = 'form[action$="/uitloggen"], form[action$="/overal-uitloggen"]';

export function askAtSignOut() {
  const template = document.querySelector('template[data-sign-out-question]');
  let decided = false;
  let left = false;
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches(FORMS)) return;
    left = true;
    if (decided) return;
    const drafts = draftsOf(template.dataset.signOutQuestion);
    if (!drafts.length) {
      closeStore([]);
      return;
    }
    left = false;
    event.preventDefault();
    ask(template, () => {
      decided = true;
      closeStore(draftsOf(template.dataset.signOutQuestion));
      form.requestSubmit();
    });
  });
  // Signing out empties the browser's memory of pages, but this one enters it only after that.
  addEventListener('pageshow', (event) => {
    if (event.persisted && left) location.reload();
  });
}

function ask(template, leave) {
  const dialog = template.content.cloneNode(true).querySelector('dialog');
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue === 'leave') leave();
  });
  dialog.showModal();
}
