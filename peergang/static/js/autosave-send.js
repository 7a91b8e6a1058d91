// One attempt to save. Says what became of it: saved, conflict, expired, other, refused or failed.
const KEEPALIVE_LIMIT = 60000; // Browsers take 64 kB at most after a page has gone.
const PATIENCE = 20000;

export async function send(url, payload, keepalive = false) {
  const body = JSON.stringify(payload);
  let response;
  try {
    response = await post(url, body, keepalive);
    if (response.status === 400) {
      const renewed = await freshToken();
      if (renewed !== true) return { kind: renewed || 'expired' };
      response = await post(url, body, false);
    }
  } catch {
    return { kind: 'failed', offline: true };
  }
  if (response.type === 'opaqueredirect' || [401, 403].includes(response.status)) return { kind: 'expired' };
  const answer = await response.json().catch(() => null);
  if (response.status === 200 && answer?.revision !== undefined) return { kind: 'saved', body: answer };
  if (response.status === 409 && answer?.revision !== undefined) return { kind: 'conflict', body: answer };
  if ([400, 404, 413, 422].includes(response.status)) return { kind: 'refused', body: answer };
  return { kind: 'failed', offline: false };
}

function post(url, body, keepalive) {
  return fetch(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    keepalive: keepalive && new Blob([body]).size < KEEPALIVE_LIMIT,
    signal: AbortSignal.timeout?.(PATIENCE),
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
    },
  });
}

// A token may have gone stale while the session lives on: take the one the same page gives now, for the form as well.
// Gives true when that worked, and 'other' when somebody else has signed in here since this page was made.
export async function freshToken() {
  const page = await fetch(location.href, { redirect: 'manual', headers: { Accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
  const [was, is] = [document, fresh].map(viewerOf);
  if (was && is && was !== is) return 'other';
  if (!page.ok) return false;
  const token = fresh.querySelector('meta[name="csrf-token"]')?.content;
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!token || !meta || token === meta.content) return false;
  meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  return true;
}

function viewerOf(page) {
  return page.querySelector('template[data-sign-out-question]')?.dataset.signOutQuestion;
}
