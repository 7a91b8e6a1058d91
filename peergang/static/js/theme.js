// A choice of theme shows at once and is kept in the background; without script the button of the form does it.
export function previewTheme() {
  const form = document.querySelector('form[data-theme-form]');
  if (!form) return;
  form.querySelector('[data-theme-save]').hidden = true;
  form.addEventListener('change', () => {
    const data = new FormData(form);
    document.documentElement.dataset.bsTheme = data.get('theme');
    fetch(form.action, { method: 'POST', body: data, redirect: 'manual', keepalive: true }).catch(() => {});
  });
}
