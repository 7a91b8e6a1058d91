// The line that says in words how saving stands. It is role="status": it speaks only when the words change, and
// "saving" only shows when it takes long, so that a screen reader is not interrupted after every sentence.
const SLOW = 1000;
const LOOKS = {
  saving: ['cloud-arrow-up', ''],
  saved: ['cloud-check', 'is-ok'],
  offline: ['cloud-slash', 'is-risk'],
  failed: ['cloud-slash', 'is-risk'],
  unkept: ['exclamation-triangle-fill', 'is-risk'],
  sending: ['cloud-arrow-up', ''],
  other: ['exclamation-triangle-fill', 'is-risk'],
  expired: ['exclamation-triangle-fill', 'is-risk'],
  conflict: ['exclamation-triangle-fill', 'is-risk'],
};

export class Status {
  constructor(form) {
    this.line = form.querySelector('[data-save-status]') ?? document.createElement('p');
    this.words = this.line.querySelector('[data-save-text]') ?? this.line.appendChild(document.createElement('span'));
  }

  saving() {
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.show('saving'), SLOW);
  }

  show(state, text) {
    clearTimeout(this.slow);
    const [icon, look] = LOOKS[state] ?? LOOKS.failed;
    this.line.classList.remove('is-ok', 'is-risk');
    if (look) this.line.classList.add(look);
    this.line.dataset.state = state;
    this.draw(icon);
    const words = text || this.line.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`] || '';
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  expired() {
    this.show('expired');
    const link = document.createElement('a');
    const here = location.pathname + location.search;
    link.href = `${this.line.dataset.signInUrl}?next=${encodeURIComponent(here)}`;
    link.textContent = this.line.dataset.textSignIn;
    this.words.append(' ', link);
  }

  conflict(compare) {
    this.show('conflict');
    const link = document.createElement('a');
    link.href = '#autosave-conflict-panel';
    link.textContent = this.line.dataset.textCompare;
    link.addEventListener('click', (event) => {
      event.preventDefault();
      compare();
    });
    this.words.append(' ', link);
  }

  draw(name) {
    const use = this.line.querySelector('use');
    if (!use) return;
    use.setAttribute('href', `${use.getAttribute('href').split('#')[0]}#${name}`);
    use.parentNode.classList.remove('d-none');
  }
}
