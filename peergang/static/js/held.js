// The bar after sending: counts down, and waits a minute when asked. Without this file its two buttons are plain forms,
// and the server says kindly when it is too late.
//
//   [data-held="9"]             the bar, with the seconds that are left; [data-held-left] shows them
//   form[data-held-wait]        asks for another minute
//
// The number stands in a part that is not read aloud: a screen reader hears once that something was sent.
const LONGER = 60;

export function heldBars() {
  for (const bar of document.querySelectorAll('[data-held]')) countDown(bar);
}

function countDown(bar) {
  let until = performance.now() + Number(bar.dataset.held) * 1000;
  const left = bar.querySelector('[data-held-left]');
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    left.textContent = Math.max(0, seconds);
    if (seconds > 0) return;
    clearInterval(timer);
    if (bar.contains(document.activeElement)) bar.focus();
    for (const form of bar.querySelectorAll('form')) form.hidden = true;
  }, 250);
  bar.querySelector('[data-held-wait]').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' });
      if (answer.type !== 'opaqueredirect') throw new Error(String(answer.status));
      until = performance.now() + LONGER * 1000;
      left.textContent = LONGER;
    } catch {
      form.submit(); // The page that comes says what happened.
    }
  });
}
