// Attendance on a phone: counts in words, taking back a tap, and a list that is kept when the network is away.
// Without this module the form is simply sent.
const form = document.querySelector('form[data-attendance]');
if (form) attend(form);

function attend(form) {
  const key = `attendance-${form.dataset.attendance}`;
  const said = form.querySelector('[data-said]');
  const undo = form.querySelector('[data-undo]');
  const taps = [];
  let states = read();

  count();
  form.addEventListener('change', () => {
    taps.push(states);
    states = read();
    undo.hidden = false;
    count();
    say('changed');
  });
  undo.addEventListener('click', () => {
    write(taps.pop(), true);
    undo.hidden = !taps.length;
    count();
    if (undo.hidden) form.querySelector('.btn-primary').focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(new URLSearchParams(new FormData(form)).toString());
  });
  addEventListener('online', resend);
  setInterval(resend, 20000);
  const waiting = localStorage.getItem(key);
  if (waiting) {
    // What was on this device is what the trainer meant; it is shown, and sent.
    write(Object.fromEntries([...new URLSearchParams(waiting)].filter(([name]) => name.startsWith('state-'))));
    count();
    resend();
  }

  function read() {
    return Object.fromEntries([...form.querySelectorAll('input[type=radio]:checked')].map((one) => [one.name, one.value]));
  }

  // Exactly as it was also empties what was chosen of somebody of whom nothing was; what is kept on this device says nothing
  // of who came on the list since.
  function write(wanted, exactly = false) {
    for (const one of form.querySelectorAll('input[type=radio]')) {
      if (exactly || one.name in wanted) one.checked = one.value === wanted[one.name];
    }
    states = read();
  }

  function count() {
    const number = { present: 0, absent: 0, excused: 0 };
    for (const state of Object.values(states)) number[state] += 1;
    const words = form.dataset.textCounts.replace(/\{(\w+)\}/g, (_, name) => number[name]);
    form.querySelector('[data-counts]').textContent = words;
  }

  function say(name, text = '') {
    said.textContent = ` · ${text || form.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`]}`;
  }

  function resend() {
    const waiting = localStorage.getItem(key);
    if (!waiting) return;
    // The token of this page is fresh; the one that was kept may not be.
    const body = new URLSearchParams(waiting);
    body.set('csrf_token', form.querySelector('[name=csrf_token]').value);
    send(body.toString());
  }

  async function send(body) {
    say('sending');
    localStorage.setItem(key, body);
    let response;
    try {
      response = await fetch(location.href, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
      });
    } catch {
      say('kept');
      return;
    }
    const answer = response.ok ? await response.json().catch(() => null) : null;
    if (!answer) {
      // Refused for good is not tried again. A server that is away is, and so is a page whose sign-in has ended.
      if ([404, 409, 422].includes(response.status)) localStorage.removeItem(key);
      say(response.status < 500 ? 'failed' : 'kept');
      return;
    }
    localStorage.removeItem(key);
    taps.length = 0;
    undo.hidden = true;
    for (const one of form.querySelectorAll('input[name^=shown-]')) {
      one.value = states[one.name.replace('shown-', 'state-')] ?? one.value;
    }
    say('sending', answer.text);
  }
}
