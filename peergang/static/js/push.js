// Switches messages in this browser on and off. The forms do the work; without support for it they stay as they are.
const WORKER = '/push.js';
// No page lies under it, so the worker is never in the way of one.
const SCOPE = '/berichten/melding';

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));

const text = (buffer) => {
  const signs = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join('');
  return btoa(signs).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
};

async function markOf(endpoint) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, '0')).join('');
}

const show = (root, name, visible = true) => {
  root.querySelector(`[data-push-${name}]`).hidden = !visible;
};

async function existing() {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration?.pushManager.getSubscription();
}

async function subscribe(key) {
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  // One for another key, from before the installation got a new one, can only be replaced.
  const old = await registration.pushManager.getSubscription();
  if (old && text(old.options.applicationServerKey) !== key) await old.unsubscribe();
  if (!registration.active) await new Promise((resolve) => waitFor(registration, resolve));
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

function waitFor(registration, resolve) {
  const worker = registration.installing ?? registration.waiting;
  worker.addEventListener('statechange', () => {
    if (worker.state === 'activated') resolve();
  });
  if (worker.state === 'activated') resolve();
}

async function fill(root, form) {
  show(root, 'failed', false);
  if ((await Notification.requestPermission()) !== 'granted') {
    show(root, 'refused');
    return;
  }
  try {
    const found = await subscribe(root.dataset.pushKey);
    form.elements.endpoint.value = found.endpoint;
    form.elements.p256dh.value = text(found.getKey('p256dh'));
    form.elements.auth.value = text(found.getKey('auth'));
    form.submit();
  } catch {
    show(root, 'failed');
  }
}

async function begin(root) {
  if (!('PushManager' in window && 'serviceWorker' in navigator && 'Notification' in window)) return;
  show(root, 'unable', false);
  const form = root.querySelector('[data-push-form]');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    fill(root, form);
  });
  const found = await existing().catch(() => null);
  const row = found && root.querySelector(`[data-push-mark="${await markOf(found.endpoint)}"]`);
  if (!row || Notification.permission !== 'granted') {
    form.hidden = false;
    return;
  }
  show(row, 'this');
  const off = row.querySelector('form');
  off.addEventListener('submit', async (event) => {
    event.preventDefault();
    await found.unsubscribe().catch(() => false);
    off.submit();
  });
}

const root = document.querySelector('[data-push-key]');
if (root) begin(root);
