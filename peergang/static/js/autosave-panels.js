// The notes above a form: text put back, an old copy found, two versions to choose from. Their words are in <template>s.
export class Panels {
  constructor(form) {
    this.form = form;
  }

  show(name, { message, differences = [], ...actions }) {
    this.close();
    const template = document.getElementById(`autosave-${name}`);
    if (!template) return;
    const panel = template.content.firstElementChild.cloneNode(true);
    if (message) panel.querySelector('[data-message]').textContent = message;
    for (const difference of differences) panel.querySelector('[data-differences]').append(this.draw(difference, panel.dataset));
    for (const [action, run] of Object.entries(actions)) {
      if (!run) panel.querySelector(`[data-${action}]`)?.remove();
      else panel.querySelector(`[data-${action}]`)?.addEventListener('click', () => {
        this.close();
        run();
        // The button that had focus is gone: go on where the writing is.
        if (!this.panel) this.form.querySelector('textarea, input:not([type=hidden])')?.focus();
      });
    }
    this.panel = panel;
    this.form.before(panel);
  }

  draw({ label, mine, theirs }, { mineLabel, theirsLabel }) {
    const piece = document.getElementById('autosave-difference').content.cloneNode(true);
    const empty = piece.querySelector('[data-mine]').dataset.empty;
    piece.querySelector('[data-label]').textContent = label;
    piece.querySelector('[data-mine-label]').textContent = mineLabel;
    piece.querySelector('[data-theirs-label]').textContent = theirsLabel;
    piece.querySelector('[data-mine]').textContent = mine || empty;
    piece.querySelector('[data-theirs]').textContent = theirs || empty;
    return piece;
  }

  focus() {
    this.panel?.focus();
    this.panel?.scrollIntoView({ block: 'start' });
  }

  close() {
    this.panel?.remove();
    this.panel = null;
  }
}
