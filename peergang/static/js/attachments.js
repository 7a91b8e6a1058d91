// Files in the editor: chosen, dropped or pasted, each with its progress and a way to stop; the list changes in place.
// Without this module the form is sent as any other. The text has a form of its own, which this never touches.
import { freshToken } from './autosave-send.js';
import { say } from './swap.js';

const JSON_PLEASE = { Accept: 'application/json' };
const HEARD_EVERY = 25; // Percent: a screen reader need not hear every step.

export function attachments() {
  for (const section of document.querySelectorAll('[data-attachments]')) new Attachments(section).start();
}

class Attachments {
  constructor(section) {
    this.section = section;
    this.form = document.getElementById('attachments-form');
    this.input = section.querySelector('input[type=file]');
    this.list = section.querySelector('[data-list]');
    this.rows = section.querySelector('[data-uploads]');
    this.queue = Promise.resolve();
  }

  start() {
    this.input.multiple = true;
    this.section.querySelector('[data-send]').hidden = true;
    this.section.querySelector('[data-drop-hint]').hidden = false;
    this.quiet();
    this.input.addEventListener('change', () => {
      this.take(this.input.files);
      this.input.value = '';
    });
    this.section.addEventListener('change', (event) => event.target.matches('[data-description]') && this.describe(event.target));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (event.submitter?.hasAttribute('formaction')) this.change(event.submitter);
    });
    this.catchDrops();
    document.addEventListener('paste', (event) => {
      const { files, types } = event.clipboardData;
      if (!files.length || [...types].includes('text/plain')) return;
      event.preventDefault();
      this.take(files);
    });
  }

  catchDrops() {
    const zone = this.section.querySelector('[data-drop]');
    const carries = (event) => [...event.dataTransfer.types].includes('Files');
    for (const name of ['dragenter', 'dragover']) {
      this.section.addEventListener(name, (event) => {
        if (!carries(event)) return;
        event.preventDefault();
        zone.classList.add('is-over');
      });
    }
    this.section.addEventListener('dragleave', (event) => {
      if (!this.section.contains(event.relatedTarget)) zone.classList.remove('is-over');
    });
    this.section.addEventListener('drop', (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone.classList.remove('is-over');
      this.take(event.dataTransfer.files);
    });
  }

  // One after the other: each answer brings the whole list.
  take(files) {
    for (const file of files) {
      const row = this.addRow(file);
      this.queue = this.queue.then(() => this.send(file, row));
    }
  }

  addRow(file) {
    const row = this.section.querySelector('template[data-upload]').content.firstElementChild.cloneNode(true);
    row.querySelector('[data-name]').textContent = file.name;
    row.querySelector('[data-cancel]').addEventListener('click', () => this.cancel(file, row));
    row.querySelector('[data-again]').addEventListener('click', () => {
      this.show(row, '', false);
      this.queue = this.queue.then(() => this.send(file, row));
    });
    this.rows.append(row);
    this.rows.hidden = false;
    return row;
  }

  cancel(file, row) {
    row.stopped = true;
    row.request?.abort();
    if (row.querySelector('[data-message]').hidden) say(this.words('cancelled', file));
    this.drop(row);
    this.input.focus();
  }

  drop(row) {
    row.remove();
    this.rows.hidden = !this.rows.children.length;
  }

  send(file, row) {
    if (row.stopped) return null;
    if (file.size > Number(this.section.dataset.maxSize)) return this.show(row, this.section.dataset.textLarge, false);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      row.request = request;
      request.open('POST', this.form.action);
      request.setRequestHeader('Accept', JSON_PLEASE.Accept);
      request.responseType = 'text';
      request.upload.addEventListener('progress', (event) => event.lengthComputable && this.progress(file, row, event));
      request.addEventListener('load', () => this.answered(file, row, request));
      request.addEventListener('error', () => this.show(row, this.section.dataset[navigator.onLine ? 'textFailed' : 'textOffline'], true));
      request.addEventListener('loadend', done);
      const body = new FormData();
      body.set('csrf_token', this.form.elements.csrf_token?.value ?? '');
      body.set('file', file, file.name || 'schermafbeelding.png');
      request.send(body);
    });
  }

  progress(file, row, { loaded, total }) {
    const percent = Math.round((loaded / total) * 100);
    const bar = row.querySelector('progress');
    if (percent === 100) {
      bar.removeAttribute('value');
      say(this.words('checking', file));
    } else {
      bar.value = percent;
      if (percent - (row.heard ?? 0) >= HEARD_EVERY) say(this.words('progress', file, (row.heard = percent)));
    }
  }

  async answered(file, row, request) {
    const body = parse(request.responseText);
    // Who signed in again in another tab has another token, which this page can ask for.
    if (request.status === 400 && !row.renewed && (await freshToken()) === true) {
      row.renewed = true;
      this.queue = this.queue.then(() => this.send(file, row));
      return;
    }
    if (request.status === 200 && body?.html) {
      this.drop(row);
      this.write(body);
    } else {
      const expired = [400, 401, 403].includes(request.status) || request.status === 200;
      const words = expired ? this.section.dataset.textSession : body?.message ?? this.section.dataset.textFailed;
      this.show(row, words, expired || request.status >= 500);
    }
  }

  // What went wrong with a file, and whether it makes sense to try that very file again.
  show(row, words, again) {
    const message = row.querySelector('[data-message]');
    const close = row.querySelector('[data-cancel]');
    row.querySelector('progress').hidden = Boolean(words);
    row.querySelector('[data-again]').hidden = !again;
    message.hidden = !words;
    message.textContent = words;
    if (words) {
      close.textContent = close.dataset.textClose;
      say(`${row.querySelector('[data-name]').textContent}: ${words}`);
    }
  }

  describe(field) {
    this.change(field.closest('li').querySelector('[data-describe]'), field);
  }

  async change(button, field = null) {
    const data = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === 'string'));
    const answer = await fetch(button.formAction, { method: 'POST', body: data, headers: JSON_PLEASE }).catch(() => null);
    const body = answer && parse(await answer.text());
    if (!answer?.ok || !body?.html) {
      const expired = answer && [400, 401, 403].includes(answer.status);
      say(body?.message && !expired ? body.message : this.section.dataset[expired ? 'textSession' : answer ? 'textFailed' : 'textOffline']);
      return;
    }
    const at = button.closest('li')?.id;
    this.write(body);
    if (!field) document.getElementById(at)?.querySelector('button')?.focus();
  }

  // The new list; what is being typed in it stays, with the cursor.
  write({ html, said }) {
    const typed = [...this.list.querySelectorAll('[data-description]')].filter((one) => one.value !== one.defaultValue);
    const focused = this.list.contains(document.activeElement) ? document.activeElement.id : '';
    const values = typed.map((one) => [one.id, one.value]);
    this.list.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
    for (const [id, value] of values) {
      const again = document.getElementById(id);
      if (again) again.value = value;
    }
    if (focused) document.getElementById(focused)?.focus();
    this.quiet();
    say(said);
  }

  // Descriptions are saved as one leaves the field.
  quiet() {
    for (const button of this.list.querySelectorAll('[data-describe]')) button.hidden = true;
  }

  words(name, file, percent = '') {
    const text = this.section.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`];
    return text.replace('{name}', file.name).replace('{percent}', percent);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
