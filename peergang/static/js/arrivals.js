// Who came in, every few seconds as long as somebody looks at the page. Names are text, never markup.
const panel = document.querySelector('[data-arrivals]');
const PAUSE = 5000;

async function look() {
  if (document.hidden) return;
  let answer;
  try {
    const response = await fetch(panel.dataset.arrivals, { redirect: 'manual', headers: { Accept: 'application/json' } });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return; // The next look may do better.
  }
  const line = panel.querySelector('[data-arrived]');
  if (line.textContent !== answer.text) line.textContent = answer.text;
  panel.querySelector('[data-names]').replaceChildren(
    ...answer.names.map((name) => Object.assign(document.createElement('li'), { textContent: name })),
  );
}

if (panel) setInterval(look, PAUSE);
