// <button data-print>, and <button data-copy="id-of-field" data-copied="Gekopieerd">…<span>Kopieer</span></button>
export function printAndCopy() {
  for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print());
  for (const button of document.querySelectorAll('[data-copy]')) button.addEventListener('click', () => copy(button));
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select(); // No permission: at least Ctrl+C works at once.
    return;
  }
  const label = button.querySelector('span');
  label.setAttribute('role', 'status');
  label.textContent = button.dataset.copied;
}
