// Asks the device for a passkey and hands its answer to an ordinary form. Without support the forms stay hidden.
const bytes = (text) => {
  const base64 = text.replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
};

const text = (buffer) => {
  const signs = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join('');
  return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

async function ask(url) {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      Accept: 'application/json',
      'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
    },
  });
  const options = await response.json();
  // Too long ago that somebody proved who they are: the page that asks for it leads back here.
  if (response.status === 401 && options.url) location.assign(options.url);
  if (!response.ok) throw new Error(`question ${response.status}`);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return options;
}

function told(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: {},
  });
}

function hand(form, credential) {
  form.elements.answer.value = told(credential);
  // The choice to stay signed in stands in the form with the password.
  const stay = document.querySelector('input[name="remember"][type="checkbox"]');
  if (form.elements.remember && stay) form.elements.remember.disabled = !stay.checked;
  form.submit();
}

// The browser offers passkeys in the field of the e-mail address, as long as nobody presses the button.
let offering = null;

async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  offering = new AbortController();
  try {
    const publicKey = await ask(form.dataset.question);
    const found = await navigator.credentials.get({ publicKey, mediation: 'conditional', signal: offering.signal });
    if (found) hand(form, found);
  } catch {
    // Nobody chose one, or the button was pressed: the form with the password is there.
  }
}

async function pressed(event, form, isNew) {
  event.preventDefault();
  const status = form.querySelector('[data-passkey-status]');
  offering?.abort();
  status.textContent = status.dataset.waiting;
  try {
    const publicKey = await ask(form.dataset.question);
    const found = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    if (found) hand(form, found);
  } catch (error) {
    status.textContent = error.name === 'InvalidStateError' ? status.dataset.known : status.dataset.failed;
  }
}

export function passkeys() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const isNew = form.dataset.passkey === 'register';
    form.hidden = false;
    form.addEventListener('submit', (event) => pressed(event, form, isNew));
    // Right after a refusal the same passkey would be refused again.
    if (form.dataset.passkey === 'sign-in' && !('failed' in form.dataset)) offer(form);
  }
  for (const one of document.querySelectorAll('[data-passkey-without]')) one.hidden = true;
}
