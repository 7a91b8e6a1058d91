// Autosave: nobody loses a word, not to a closed tab, a dropped network or an expired session.
//
// In the page (macros autosave, save_status and autosave_panels in layout/macros.html):
//
//   <form method="post" data-autosave="<url>" data-revision="3" data-draft-key="reflection-<id>-<viewer id>">
//
// A draft key ends in the id of its author: by that sign-out.js knows whose copy it is.
// Saved are the fields named title, audience and answer-<slug>, and every field with data-save (a review's criteria).
// The form's own buttons keep working without this file.
//
// To <url> goes a POST with JSON and the header X-CSRFToken:
//   {"revision": 3, "title": "…", "audience": "peers", "answers": {"<slug>": "…"}, "fields": {"<name>": "…"}}
// Only keys that the form has are there. The answer is one of:
//   200 {"revision": 4, "saved_at_text": "Bewaard om 14.32 uur"}
//   409 {"revision": 5, "title": "…", "audience": "…", "answers": {…}, "fields": {…}, "message": "…"}
//       somebody, or another tab, saved in between: what is there now. Changes to different fields go together;
//       where both changed the same field, the author sees both texts and chooses
//   401, 403, 400 or a redirect: the session has ended; 413, 422 {"message": "…"}: refused, try again after a change
//   anything else: tried again, later and later
//
// Every keystroke goes to localStorage first. That copy leaves only when the server confirmed that very text, or when
// a page holds <… data-draft-done="<draft key>"> after the form itself was sent.
//
// What was sent without an answer may have been stored: it is remembered as an attempt, so that finding it back on the
// server is no conflict. While the form itself is on its way nothing is saved beside it, however long that takes.
import { DraftStore, forget } from './draft-store.js';
import { readForm, writeForm } from './draft-form.js';
import { same } from './draft-merge.js';
import { Status } from './autosave-status.js';
import { Versions } from './autosave-versions.js';
import { send } from './autosave-send.js';

const TYPING_PAUSE = 2000;
const LONGEST_WAIT = 15000;
const LOCAL_PAUSE = 200;
const SLOW_SUBMIT = 5000;
const LONGEST_SUBMIT = 60000;
const MOST_ATTEMPTS = 8;
const RETRIES = [2000, 5000, 10000, 20000, 40000, 60000];

export function autosave() {
  for (const done of document.querySelectorAll('[data-draft-done]')) forget(done.dataset.draftDone);
  for (const form of document.querySelectorAll('form[data-autosave]')) new Autosave(form).start();
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.revision = Number(form.dataset.revision);
    this.store = new DraftStore(form.dataset.draftKey);
    this.status = new Status(form);
    this.versions = new Versions(this);
    this.confirmed = readForm(form); // What the server has, as far as we know.
    this.attempts = [];
    this.tries = 0;
    this.state = 'idle'; // idle, sending, submitting, conflict, expired
  }

  start() {
    this.versions.recover();
    for (const name of ['input', 'change']) this.form.addEventListener(name, () => this.changed());
    this.form.addEventListener('submit', (event) => this.submitted(event));
    addEventListener('pagehide', () => this.flush());
    addEventListener('pageshow', (event) => event.persisted && this.returned());
    addEventListener('online', () => this.wake());
    addEventListener('focus', () => this.state === 'expired' && this.wake());
    addEventListener('beforeunload', (event) => this.unkept && this.dirty && event.preventDefault());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.flush());
  }

  get dirty() {
    return this.attempts.length > 0 || !same(readForm(this.form), this.confirmed);
  }

  replace(data) {
    writeForm(this.form, data);
    this.changed();
  }

  changed() {
    this.dueLocal ??= setTimeout(() => this.keep(), LOCAL_PAUSE);
    if (this.state === 'conflict' || this.state === 'expired') return;
    this.since ??= Date.now();
    this.later(Math.min(TYPING_PAUSE, Math.max(0, this.since + LONGEST_WAIT - Date.now())));
  }

  later(pause) {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), pause);
  }

  // The copy in this browser, with what it grew from: should the page die now, that tells what the server may have.
  keep() {
    clearTimeout(this.dueLocal);
    this.dueLocal = null;
    if (!this.dirty) return this.store.clear();
    const copy = { revision: this.revision, data: readForm(this.form), submitted: this.state === 'submitting' && this.submitting };
    const whole = { ...copy, base: this.confirmed, sent: this.attempts };
    this.unkept = !this.store.write(whole) && !this.store.write(copy);
  }

  // Also what was refused: a browser may send once more by itself, and the first time may have been stored.
  attempt(data) {
    if (this.attempts.some((one) => same(one, data))) return;
    this.attempts.push(data);
    if (this.attempts.length > MOST_ATTEMPTS) this.attempts.splice(1, 1);
  }

  async save(keepalive = false) {
    if (this.state !== 'idle') return;
    this.since = null;
    if (!this.dirty) return;
    this.state = 'sending';
    const data = readForm(this.form);
    this.attempt(data);
    this.keep();
    this.status.saving();
    const answer = await send(this.form.dataset.autosave, { revision: this.revision, ...data }, keepalive);
    this.state = 'idle';
    this[answer.kind](answer, data);
    this.goOn(answer.kind);
  }

  saved({ body }, data) {
    this.tries = 0;
    this.onRevision(body.revision);
    this.confirmed = data;
    this.attempts = [];
    this.keep();
    this.status.show('saved', body.saved_at_text);
    if (this.dirty) this.changed();
  }

  conflict({ body }) {
    this.keep();
    this.versions.conflict(body);
  }

  expired() {
    this.state = 'expired';
    this.keep();
    this.status.expired();
  }

  // Somebody else signed in here. This text is not theirs, and must not end up in their name.
  other() {
    this.state = 'expired';
    this.keep();
    this.status.show('other');
  }

  refused({ body }, data) {
    this.keep();
    this.status.show('failed', body?.message);
    if (!same(readForm(this.form), data)) this.changed();
  }

  failed({ offline }) {
    this.keep();
    this.status.show(this.unkept ? 'unkept' : offline ? 'offline' : 'failed');
    this.later(RETRIES[Math.min(this.tries, RETRIES.length - 1)] * (0.8 + 0.4 * Math.random()));
    this.tries += 1;
  }

  // The form and its own buttons must speak of the same revision as the next autosave.
  onRevision(revision) {
    this.revision = revision;
    this.form.dataset.revision = revision;
    const field = this.form.elements.namedItem('revision');
    if (field) field.value = revision;
  }

  // The network is back, or somebody signed in again in another tab.
  wake() {
    if (this.state === 'expired') this.state = 'idle';
    this.tries = 0;
    this.save();
  }

  flush() {
    this.keep();
    clearTimeout(this.due);
    this.save(true);
  }

  // The form is sent with its own button. An autosave on its way would make that a conflict: wait for it first.
  submitted(event) {
    clearTimeout(this.due);
    if (this.state === 'sending') {
      event.preventDefault();
      this.waiting = { button: event.submitter };
      this.status.show('saving');
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      this.keep();
      this.status.show(this.unkept ? 'unkept' : 'offline');
      return;
    }
    const before = this.state;
    this.state = 'submitting';
    this.submitting = readForm(this.form);
    this.attempt(this.submitting);
    this.keep();
    this.slow = setTimeout(() => this.status.show('sending'), SLOW_SUBMIT);
    this.longest = setTimeout(() => this.stayed(), LONGEST_SUBMIT);
    // A preview takes the form's place in the queue, and goes nowhere.
    setTimeout(() => event.defaultPrevented && this.stayed(before));
  }

  goOn(kind) {
    const waiting = this.waiting;
    this.waiting = null;
    // With the server away the page would make room for an error: stay, and say so.
    if (waiting && !['conflict', 'failed', 'other'].includes(kind)) this.form.requestSubmit(waiting.button);
  }

  stayed(state = 'idle') {
    if (this.state !== 'submitting') return;
    clearTimeout(this.slow);
    clearTimeout(this.longest);
    this.state = state;
    if (this.dirty) this.changed();
  }

  // Back to a page that the browser had put aside, as it was when it went.
  returned() {
    this.stayed();
    this.changed();
  }
}
