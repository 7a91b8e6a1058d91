// The one entry. Everything here is enhancement: every page works without it.
// A module that a page has no use for is not fetched.
import { closeMenus } from './menu.js';
import { focusErrors } from './errors.js';
import { previewTheme } from './theme.js';

closeMenus();
focusErrors();
previewTheme();

// In a train a module may not arrive: the page works without it, and it is asked for again when there is a connection.
const fetchAgain = (load) => load().catch(() => addEventListener('online', () => fetchAgain(load), { once: true }));

const fetched = [];
const when = (selector, load) => {
  if (document.querySelector(selector)) fetched.push(fetchAgain(load));
};

when('template[data-sign-out-question]', () => import('./sign-out.js').then((m) => m.askAtSignOut()));
when('details.pg-fold', () => import('./fold.js').then((m) => m.closeFolds()));
when('[data-words]', () => import('./wordcount.js').then((m) => m.countWords()));
when('[data-print], [data-copy]', () => import('./print-copy.js').then((m) => m.printAndCopy()));
when('[data-held]', () => import('./held.js').then((m) => m.heldBars()));
when('[data-lease]', () => import('./review-lease.js').then((m) => m.keepLease()));
when('.pg-queue a, [data-held], [data-keys-next]', () => import('./review-keys.js').then((m) => m.reviewKeys()));
when('[data-phrases]', () => import('./phrases.js').then((m) => m.phrases()));
when('[data-comment-text]', () => import('./comment-form.js').then((m) => m.commentForms()));
when('textarea[data-prose]', () => import('./prose-tools.js').then((m) => m.proseTools()));
when('[data-preview]', () => import('./prose-preview.js').then((m) => m.previews()));
when('form[data-autosave], [data-draft-done]', () => import('./autosave.js').then((m) => m.autosave()));
when('[data-attachments]', () => import('./attachments.js').then((m) => m.attachments()));
when('form[data-swap]', () => import('./swap.js').then((m) => m.swapForms()));
when('[data-move-people]', () => import('./move-people.js').then((m) => m.movePeople()));
when('[data-intervision]', () => import('./intervision.js').then((m) => m.intervision()));
when('form[data-passkey]', () => import('./passkeys.js').then((m) => m.passkeys()));
when('[data-show-password]', () => import('./show-password.js').then((m) => m.showPasswords()));
when('form[data-local-draft]', () => import('./local-draft.js').then((m) => m.localDrafts()));
when('[data-mention]', () => import('./mention.js').then((m) => m.mentions()));
when('form[data-read-up-to]', () => import('./read-up-to.js').then((m) => m.readUpTo()));

// For whoever looks at the page from outside, such as a test: from here on it does what it can do.
addEventListener('load', () => Promise.all(fetched).then(() => { document.documentElement.dataset.scripts = 'ready'; }));
