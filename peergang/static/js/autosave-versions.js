// When there are two versions of a text: a copy that this browser kept, or something that was saved elsewhere.
import { differences, readForm } from './draft-form.js';
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
    } else if (copy.revision === saver.revision || same(copy.sent, shown)) {
      saver.replace(copy.data);
      store.adopt({ ...copy, revision: saver.revision });
      this.panels.show('restored', { undo: () => saver.replace(shown) });
    } else {
      this.offer(copy, shown);
    }
  }

  offer(copy, shown) {
    this.panels.show('offer', {
      differences: differences(this.form, copy.data, shown),
      keep: () => {
        const before = readForm(this.form);
        this.saver.replace(copy.data);
        this.saver.store.remove(copy);
        this.saver.keep();
        this.undoable(before);
      },
      discard: () => this.saver.store.remove(copy),
    });
  }

  // The server refused: it has something newer. Until the author chose, the copy in this browser keeps its old revision.
  conflict(body) {
    const base = this.saver.confirmed;
    const theirs = this.complete(body);
    const together = (prefer) => merge(base, readForm(this.form), theirs, prefer);
    const [mine, other] = [together('mine'), together('theirs')];
    if (same(mine, other)) return this.settle(body.revision, theirs, mine);
    this.saver.state = 'conflict';
    this.saver.status.conflict(() => this.panels.focus());
    this.panels.show('conflict', {
      message: body.message,
      differences: differences(this.form, mine, other),
      keep: () => this.settle(body.revision, theirs, together('mine')),
      take: () => {
        const before = together('mine');
        this.settle(body.revision, theirs, together('theirs'));
        this.undoable(before);
      },
    });
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
    saver.sent = undefined;
    saver.replace(chosen);
    saver.keep();
    if (!saver.dirty) saver.status.show('saved');
    saver.later(0);
  }

  undoable(before) {
    this.panels.show('undone', { undo: () => this.saver.replace(before) });
  }
}
