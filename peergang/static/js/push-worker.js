// Shows what was pushed, and opens what it is about. It keeps nothing and touches no page.
self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('push', (event) => {
  let said;
  try {
    said = event.data.json();
  } catch {
    said = { title: 'Peergang', path: '/berichten' };
  }
  const { title, body, tag, path, seen } = said;
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, data: { path, seen }, icon: '/static/favicon.svg' }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data ?? {}));
});

async function open({ path, seen }) {
  const url = new URL(path || '/berichten', self.location.origin);
  if (url.origin !== self.location.origin) return;
  const known = seen ? fetch(seen, { method: 'POST', credentials: 'omit' }).catch(() => {}) : null;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((one) => one.url === url.href);
  await (page ? page.focus() : self.clients.openWindow(url.href));
  await known;
}
