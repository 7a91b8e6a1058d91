// One attempt to save. Says what became of it: saved, conflict, expired, refused or failed.
const KEEPALIVE_LIMIT = 60000; // Browsers take 64 kB at most after a page has gone.
const PATIENCE = 20000;

export async function send(url, payload, keepalive = false) {
  const body = JSON.stringify(payload);
  let response;
  try {
    response = await post(url, body, keepalive);
    if (response.status === 400) {
      if (!(await freshToken())) return { kind: 'expired' };
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
export async function freshToken() {
  const page = await fetch(location.href, { redirect: 'manual', headers: { Accept: 'text/html' } });
  if (!page.ok) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
  const token = fresh.querySelector('meta[name="csrf-token"]')?.content;
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!token || !meta || token === meta.content) return false;
  meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  return true;
}
