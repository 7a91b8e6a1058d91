// A button that shows what was typed. It is pressed or not; its words stay the same, as screen readers like it.
export function showPasswords() {
  for (const button of document.querySelectorAll('[data-show-password]')) {
    const field = document.getElementById(button.dataset.showPassword);
    if (!field) continue;
    const show = (shown) => {
      field.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(shown));
    };
    button.hidden = false;
    button.addEventListener('click', () => show(field.type === 'password'));
    // Password managers and other people's eyes: it is never sent, or left, in the open.
    field.form?.addEventListener('submit', () => show(false));
  }
}
