// The grid of a cohort by keyboard, as the ARIA pattern for grids has it: one stop for Tab, then arrows, Home and End (with Ctrl
// the first and last cell), Page Up and Page Down. Enter opens the cell, Space chooses the person, Ctrl+A everybody.
//
//   table[data-grid]           becomes role=grid; without this file it is a table of links and check boxes
//   input[name=wie]            the choice of a row
//   [data-chosen="… {} …"]     says how many are chosen
//   [data-grid-help]           how it works, read aloud with the grid
const table = document.querySelector('table[data-grid]');
const narrow = matchMedia('(max-width: 61.99rem)');
const WIDGETS = 'a[href], input';
const A_PAGE = 10;

function makeGrid() {
  table.setAttribute('role', 'grid');
  table.setAttribute('aria-multiselectable', 'true');
  const help = document.querySelector('[data-grid-help]');
  if (help) {
    help.hidden = false;
    table.setAttribute('aria-describedby', help.id);
  }
  // The grid itself takes the focus now.
  table.parentElement.removeAttribute('tabindex');
  for (const cell of table.querySelectorAll('[role=cell]')) cell.setAttribute('role', 'gridcell');
  for (const cell of table.querySelectorAll('th, td')) cell.tabIndex = -1;
  for (const widget of table.querySelectorAll(WIDGETS)) widget.tabIndex = -1;
  const first = table.tBodies[0].rows[0].cells[0];
  first.tabIndex = 0;
  table.addEventListener('keydown', key);
  table.addEventListener('focusin', (event) => rove(event.target.closest('th, td')));
  table.addEventListener('change', show);
  // Who comes back by the button of the browser finds the choices made before.
  addEventListener('pageshow', show);
  show();
}

// On a phone the heads are not to be seen, so nobody is sent there.
const rows = () => [...(narrow.matches ? table.tBodies[0].rows : table.rows)];

function rove(cell) {
  if (!cell) return;
  for (const other of table.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function go(event, row, column) {
  event.preventDefault();
  const all = rows();
  const target = all[Math.max(0, Math.min(row, all.length - 1))];
  const cell = target.cells[Math.max(0, Math.min(column, target.cells.length - 1))];
  rove(cell);
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  // Names and heads stand still, so for the browser they are in sight already.
  const wrap = table.parentElement;
  if (cell.cellIndex === 0) wrap.scrollLeft = 0;
  if (cell.closest('thead')) wrap.scrollTop = 0;
}

function key(event) {
  const cell = event.target.closest('th, td');
  if (!cell || event.altKey || event.metaKey) return;
  const row = rows().indexOf(cell.parentElement);
  const column = cell.cellIndex;
  const last = cell.parentElement.cells.length - 1;
  const far = event.ctrlKey;
  if (far && !['Home', 'End', 'a'].includes(event.key)) return;
  switch (event.key) {
    case 'ArrowRight': return go(event, row, column + 1);
    case 'ArrowLeft': return go(event, row, column - 1);
    case 'ArrowDown': return go(event, row + 1, column);
    case 'ArrowUp': return go(event, row - 1, column);
    case 'PageDown': return go(event, row + A_PAGE, column);
    case 'PageUp': return go(event, row - A_PAGE, column);
    case 'Home': return go(event, far ? 0 : row, 0);
    case 'End': return go(event, far ? rows().length - 1 : row, last);
    case 'Enter': return open(event, cell);
    case ' ': return choose(event, cell.parentElement);
    case 'a': return far && chooseAll(event);
  }
}

function open(event, cell) {
  const link = cell.querySelector('a[href]');
  if (!link || event.target === link) return;
  event.preventDefault();
  link.click();
}

const boxOf = (row) => row.querySelector('input[name=wie]');
const boxes = () => [...table.querySelectorAll('input[name=wie]')];

function choose(event, row) {
  if (event.target.matches('input')) return;
  event.preventDefault();
  const box = boxOf(row);
  if (!box) return row.parentElement === table.tHead ? chooseAll(event) : undefined;
  box.checked = !box.checked;
  show();
}

function chooseAll(event) {
  event.preventDefault();
  const every = boxes().every((box) => box.checked);
  for (const box of boxes()) box.checked = !every;
  show();
}

function show() {
  for (const box of boxes()) box.closest('tr').setAttribute('aria-selected', String(box.checked));
  const line = document.querySelector('[data-chosen]');
  if (!line) return;
  line.dataset.asked ??= line.textContent;
  const number = boxes().filter((box) => box.checked).length;
  line.parentElement.classList.toggle('has-chosen', number > 0);
  line.textContent = number ? line.dataset.chosen.replace('{}', number) : line.dataset.asked;
}

if (table) makeGrid();
