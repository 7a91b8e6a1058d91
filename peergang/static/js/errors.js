// After a failed submit the summary takes focus, so that it is read first and Tab leads to its links.
export function focusErrors() {
  document.querySelector('[role="alert"][tabindex="-1"]')?.focus();
}
