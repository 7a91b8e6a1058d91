// How far a full compile is, every few seconds as long as somebody looks at the page. Without this file a link refreshes it.
//
//   [data-compile-run=<address of the state>]   with a <progress data-bar>, [data-text], and a link [data-refresh]
const panel = document.querySelector('[data-compile-run]');
const PAUSE = 2000;

async function look() {
  if (document.hidden) return;
  let answer;
  try {
    const response = await fetch(panel.dataset.compileRun, { redirect: 'manual', headers: { Accept: 'application/json' } });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return; // The next look may do better.
  }
  if (answer.state !== 'running') {
    window.location.reload();
    return;
  }
  const bar = panel.querySelector('[data-bar]');
  bar.max = Math.max(1, answer.total);
  bar.value = answer.done;
  const text = panel.querySelector('[data-text]');
  if (text.textContent !== answer.text) text.textContent = answer.text;
}

if (panel) {
  panel.querySelector('[data-refresh]').hidden = true;
  setInterval(look, PAUSE);
}
