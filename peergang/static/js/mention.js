// Names while typing @: a list of the people that the form offers as boxes; choosing one writes the whole name and ticks the
// box. A textarea stays a textarea (ARIA gives it no other role), with what ARIA lets it have of a combobox: the list it
// controls, its active option, and a line that says how many there are. Keys: up, down, Enter or Tab, Escape.
//
//   [data-mention] around textarea[data-mention-text], [data-mention-said] and the boxes called "mentions"
const WORD = /(?:^|[\s(])@([\p{L}\p{M}'’-]*(?: [\p{L}\p{M}'’-]+){0,2})$/u;
const MOST = 6;

export function mentions() {
  for (const part of document.querySelectorAll('[data-mention]')) new Mentions(part).start();
}

const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('nl');

class Mentions {
  constructor(part) {
    this.area = part.querySelector('[data-mention-text]');
    this.said = part.querySelector('[data-mention-said]');
    this.people = [...part.querySelectorAll('input[name="mentions"]')].map((box) => {
      const name = box.labels[0].textContent.trim();
      return { box, name, folded: fold(name) };
    });
  }

  start() {
    if (!this.people.length) return;
    this.list = document.createElement('ul');
    this.list.className = 'pg-names';
    this.list.id = `${this.area.id}-names`;
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', this.area.closest('[data-mention]').querySelector('summary').textContent.trim());
    this.area.after(this.list);
    this.area.setAttribute('aria-autocomplete', 'list');
    this.area.addEventListener('input', () => this.look());
    this.area.addEventListener('keydown', (event) => this.key(event));
    this.area.addEventListener('click', () => this.look());
    this.area.addEventListener('blur', () => this.close());
    // Before the field loses the focus to what is pressed.
    this.list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => this.choose(event.target.closest('[role="option"]')));
  }

  // What stands between the last @ and the cursor, or null.
  typed() {
    const { selectionStart: at, selectionEnd: end, value } = this.area;
    return at === end ? WORD.exec(value.slice(Math.max(0, at - 60), at))?.[1] ?? null : null;
  }

  look() {
    const typed = this.typed();
    if (typed === null) return this.close();
    const wanted = fold(typed);
    const found = this.people.filter(({ folded }) => folded.split(' ').some((_, index, all) => all.slice(index).join(' ').startsWith(wanted)));
    if (!found.length || (found.length === 1 && found[0].folded === wanted)) {
      this.close();
      // One letter may be the beginning of something else, such as an address; "@" and a whole name need no remark.
      if (!found.length && typed.length > 1) this.say(this.said.dataset.none);
      return;
    }
    this.draw(found.slice(0, MOST));
  }

  draw(found) {
    this.list.replaceChildren(
      ...found.map((person, index) => {
        const option = document.createElement('li');
        option.id = `${this.list.id}-${index}`;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.textContent = person.name;
        option.person = person;
        return option;
      }),
    );
    this.list.hidden = false;
    this.area.setAttribute('aria-controls', this.list.id);
    this.mark(0);
    this.say(this.said.dataset.some.replace('{n}', found.length));
  }

  mark(index) {
    const options = [...this.list.children];
    this.active = (index + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute('aria-selected', String(number === this.active)));
    this.area.setAttribute('aria-activedescendant', options[this.active].id);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === 'ArrowDown') this.mark(this.active + 1);
    else if (event.key === 'ArrowUp') this.mark(this.active - 1);
    else if (event.key === 'Escape') this.close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) this.choose(this.list.children[this.active]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(option) {
    if (!option) return;
    const { box, name } = option.person;
    const at = this.area.selectionStart;
    const start = at - this.typed().length;
    this.area.setRangeText(`${name} `, start, at, 'end');
    box.checked = true;
    this.close();
    this.area.focus();
    this.area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  close() {
    this.say('');
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.area.removeAttribute('aria-activedescendant');
    this.area.removeAttribute('aria-controls');
  }

  say(words) {
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}
