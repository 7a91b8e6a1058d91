// While the review page is open and used, its trainer keeps the reflection: a light sign of life, besides every save.
// Without this file saving alone does it. Somebody who only left the page open gives no sign.
//
//   [data-lease="/beoordelen/…/bezig"]   where to tell; [data-lease-lost] what to say when a colleague has it
const EVERY = 5 * 60 * 1000;
const SIGNS = ['keydown', 'pointerdown', 'scroll', 'pointermove'];

export function keepLease() {
  const place = document.querySelector('[data-lease]');
  let used = false;
  for (const sign of SIGNS) addEventListener(sign, () => (used = true), { passive: true });
  const timer = setInterval(async () => {
    if (!used || document.hidden) return;
    used = false;
    if ((await tell(place.dataset.lease)) !== false) return;
    clearInterval(timer);
    place.textContent = place.dataset.leaseLost;
  }, EVERY);
}

// True or false as the server says; undefined when it could not be asked.
async function tell(url) {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        Accept: 'application/json',
        'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
      },
    });
    return answer.ok ? (await answer.json()).mine : undefined;
  } catch {
    return undefined;
  }
}
