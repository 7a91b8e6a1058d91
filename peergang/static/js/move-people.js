// The groups page by keyboard: while somebody is chosen, the number of a group moves them there; n opens a new group, v keeps
// them or lets them go. <html data-keys="off"> switches the keys off (WCAG 2.1.4); the buttons stay.
//
//   [data-move-people] input[name=enrolment]   everybody; arrows walk, as in any group of choices
//   form#verplaats                             the form; option[data-number] knows the groups
//   [data-chosen]                              says who is chosen
const WAIT = 600;
let typed = '';
let timer;

export function movePeople() {
  document.addEventListener('change', (event) => event.target.matches('input[name=enrolment]') && show());
  document.addEventListener('pg:swapped', show);
  document.addEventListener('keydown', key);
  show();
}

const chosen = () => document.querySelector('[data-move-people] input[name=enrolment]:checked');

function show() {
  const line = document.querySelector('[data-chosen]');
  const one = chosen();
  if (!line) return;
  if (one) line.textContent = one.dataset.name;
  for (const [value, shown] of [['pin', !one?.hasAttribute('data-pinned')], ['unpin', one?.hasAttribute('data-pinned')]]) {
    const button = document.querySelector(`#verplaats [name=to][value=${value}]`);
    if (button) button.hidden = !shown;
  }
}

function key(event) {
  if (!event.target.matches?.('[data-move-people] input[name=enrolment]')) return;
  if (event.key === 'Enter') return event.preventDefault();
  if (document.documentElement.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!chosen()) event.target.click();
  if (/^\d$/.test(event.key)) {
    event.preventDefault();
    digit(event.key);
  } else if (event.key === 'n') move('nieuw');
  else if (event.key === 'v') document.querySelector('#verplaats [name=to]:is([value=pin], [value=unpin]):not([hidden])')?.click();
}

// "1" waits a moment where there is a group 10.
function digit(sign) {
  clearTimeout(timer);
  typed += sign;
  const numbers = [...document.querySelectorAll('#verplaats option[data-number]')];
  const go = () => {
    const found = numbers.find((option) => option.dataset.number === typed);
    typed = '';
    if (found) move(found.value);
  };
  if (numbers.some((option) => option.dataset.number.startsWith(typed) && option.dataset.number !== typed)) timer = setTimeout(go, WAIT);
  else go();
}

function move(target) {
  const form = document.getElementById('verplaats');
  const option = [...form.elements.group.options].find((one) => one.value === target);
  // A full group is refused in words by the server, which a disabled option would not send.
  option.disabled = false;
  form.elements.group.value = target;
  form.requestSubmit(form.querySelector('[data-move]'));
}
