// Folds are an open column on a wide screen. On a small one they start closed.
export function closeFolds() {
  if (!matchMedia('(max-width: 61.99rem)').matches) return;
  for (const fold of document.querySelectorAll('details.pg-fold:not([data-stay-open])')) fold.open = false;
}
