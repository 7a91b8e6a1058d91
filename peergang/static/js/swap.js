// Forms that are sent without leaving the page: <form data-swap>. The answer is the same page, so <main> is exchanged, the
// focus stays on what has the same id, and what the page says in its notes is read aloud. Without scripts the form is sent as
// any other. Who needs to know listens for "pg:swapped" on document.
let live;

export function swapForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('form[data-swap]') || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

let busy = false;

async function send(form, submitter) {
  if (busy) return;
  busy = true;
  try {
    const focused = document.activeElement?.id;
    await exchange(fetch(form.getAttribute('action'), { method: 'POST', body: new FormData(form, submitter) }), focused);
  } finally {
    busy = false;
  }
}

// Put the page that `answer` brings in the place of this one. What is no page of ours is shown by asking the server again.
export async function exchange(answer, focused = document.activeElement?.id) {
  const response = await answer.catch(() => null);
  const text = response?.ok && (await response.text());
  const page = text && new DOMParser().parseFromString(text, 'text/html');
  const main = page && page.querySelector('main');
  if (!main) {
    if (response) location.reload();
    return false;
  }
  const [x, y] = [scrollX, scrollY];
  document.querySelector('main').replaceChildren(...main.childNodes);
  document.title = page.title;
  document.dispatchEvent(new CustomEvent('pg:swapped'));
  scrollTo({ left: x, top: y, behavior: 'instant' });
  const again = focused && document.getElementById(focused);
  if (again && !again.disabled) again.focus({ preventScroll: true });
  else if (focused) document.querySelector('main').focus({ preventScroll: true });
  say([...document.querySelectorAll('main .pg-note[role=status]')].map((note) => note.textContent.trim().replace(/\s+/g, ' ')).join(' '));
  return true;
}

export function say(words) {
  if (!live) {
    live = document.createElement('div');
    live.className = 'visually-hidden';
    live.setAttribute('aria-live', 'polite');
    document.body.append(live);
  }
  live.textContent = '';
  if (words) setTimeout(() => { live.textContent = words; }, 60);
}
