// When there are two versions of a text: a copy that this browser kept, or something that was saved elsewhere.
import { bothTexts, differences, readForm } from './draft-form.js';
import { merge, same } from './draft-merge.js';
import { Panels } from './autosave-panels.js';

export class Versions {
  constructor(saver) {
    this.saver = saver;
    this.form = saver.form;
    this.panels = new Panels(saver.form);
  }

  // On load. A copy made on top of what the server has now is put back; one made on something older is offered.
  recover() {
    const { saver } = this;
    const { store } = saver;
    const copy = store.newest();
    if (!copy) return;
    const shown = readForm(this.form);
    if (same(copy.data, shown)) {
      // After a refused submit the page shows the text, but the server may not have it: saving it again does no harm.
      if (copy.submitted && copy.revision === saver.revision) {
        store.adopt(copy);
        saver.confirmed = {};
        saver.changed();
      } else {
        store.remove(copy);
      }
    } else if (copy.revision === saver.revision) {
      this.restore(copy, copy.data, shown);
    } else {
      this.reconcile(copy, shown);
    }
  }

  // The copy is older than what the server has. What was changed in different places goes together.
  reconcile(copy, shown) {
    const bases = [copy.base, ...[].concat(copy.sent ?? [])];
    const [mine, other] = bases[0] ? ['mine', 'theirs'].map((side) => merge(bases, copy.data, shown, side)) : [copy.data, shown];
    if (!same(mine, other)) this.offer(copy, mine, other);
    else if (same(mine, shown)) this.saver.store.remove(copy);
    else this.restore(copy, mine, shown);
  }

  restore(copy, data, shown) {
    this.saver.replace(data);
    this.saver.store.adopt({ ...copy, data, base: shown, submitted: false, revision: this.saver.revision });
    this.panels.show('restored', { undo: () => this.saver.replace(shown) });
  }

  offer(copy, mine, other) {
    const choose = (data) => {
      const before = readForm(this.form);
      this.saver.replace(data);
      this.saver.store.remove(copy);
      this.saver.keep();
      if (!same(data, before)) this.undoable(before);
    };
    this.panels.show('offer', {
      differences: differences(this.form, mine, other),
      keep: () => choose(mine),
      both: this.joins(mine, other) && (() => choose(bothTexts(this.form, mine, other))),
      discard: () => choose(other),
    });
  }

  joins(mine, other) {
    return ![mine, other].some((one) => same(one, bothTexts(this.form, mine, other)));
  }

  // The server refused: it has something newer. Until the author chose, the copy in this browser keeps its old revision.
  conflict(body) {
    const bases = [this.saver.confirmed, ...this.saver.attempts];
    const theirs = this.complete(body);
    const together = (prefer) => merge(bases, readForm(this.form), theirs, prefer);
    const [mine, other] = [together('mine'), together('theirs')];
    if (same(mine, other)) return this.together(body.revision, theirs, mine);
    this.saver.state = 'conflict';
    this.saver.status.conflict(() => this.panels.focus());
    this.panels.show('conflict', {
      message: body.message,
      differences: differences(this.form, mine, other),
      keep: () => this.settle(body.revision, theirs, together('mine')),
      both: this.joins(mine, other) && (() => {
        const before = together('mine');
        this.settle(body.revision, theirs, bothTexts(this.form, before, together('theirs')));
        this.undoable(before);
      }),
      take: () => {
        const before = together('mine');
        this.settle(body.revision, theirs, together('theirs'));
        this.undoable(before);
      },
    });
  }

  // Changed in different places: both stay, and the author hears of it.
  together(revision, theirs, merged) {
    const before = readForm(this.form);
    this.settle(revision, theirs, merged);
    if (!same(before, readForm(this.form))) this.panels.show('merged', { undo: () => this.saver.replace(before) });
  }

  // What the server has, with what it does not mention as it is here.
  complete(body) {
    const theirs = readForm(this.form);
    for (const name of ['title', 'audience']) if (name in theirs && name in body) theirs[name] = body[name];
    for (const name of ['answers', 'fields']) if (theirs[name]) theirs[name] = { ...theirs[name], ...body[name] };
    return theirs;
  }

  settle(revision, theirs, chosen) {
    const { saver } = this;
    saver.state = 'idle';
    saver.onRevision(revision);
    saver.confirmed = theirs;
    saver.attempts = [];
    saver.replace(chosen);
    saver.keep();
    if (!saver.dirty) saver.status.show('saved');
    saver.later(0);
  }

  undoable(before) {
    this.panels.show('undone', { undo: () => this.saver.replace(before) });
  }
}
