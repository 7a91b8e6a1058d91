// Somebody who has the new posts in sight for a moment has read them; the button does the same without this file.
//
//   <form data-read-up-to method="post" action="…"> with the field number
const MOMENT = 2500;

export function readUpTo() {
  for (const form of document.querySelectorAll('form[data-read-up-to]')) watch(form);
}

function watch(form) {
  let timer = null;
  const seen = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (entries.some((entry) => entry.isIntersecting)) timer = setTimeout(() => tell(form, seen), MOMENT);
  });
  seen.observe(form);
}

async function tell(form, seen) {
  if (document.visibilityState !== 'visible') return;
  seen.disconnect();
  const answer = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
    redirect: 'manual',
    headers: { 'X-Beacon': '1' },
  }).catch(() => null);
  if (answer?.status === 204 && !form.contains(document.activeElement)) form.hidden = true;
}
