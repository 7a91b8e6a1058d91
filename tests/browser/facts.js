// What is wrong with this page, as a list of sentences. `expected` is {width, lang}.
(expected) => {
  const wrong = [];
  const headings = [...document.querySelectorAll('h1')];
  if (headings.length !== 1) wrong.push(`${headings.length} h1: ${headings.map((one) => one.textContent.trim()).join(' | ')}`);
  const title = document.title.trim();
  if (!/\S.* · Peergang$/.test(title) || title.startsWith('·')) wrong.push(`title: “${title}”`);
  if (document.documentElement.lang !== expected.lang) wrong.push(`lang: ${document.documentElement.lang}`);

  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) {
    const wide = [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > room + 1)
      .slice(-3)
      .map((one) => `${one.tagName}.${one.className}`);
    wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth} of ${room}: ${wide.join(', ')}`);
  }

  // Links in a row of words need the height alone: a short word is as wide as it is.
  const CONTROLS = 'button, .btn, summary, select, nav a, input:not([type=hidden], [type=checkbox], [type=radio]), textarea';
  for (const one of document.querySelectorAll(CONTROLS)) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.visually-hidden')) continue;
    const { width, height } = one.getBoundingClientRect();
    if (width <= 1 || height <= 1) continue;
    const reach = hit(one);
    if (reach.height < 43.5 || reach.width < (one.matches('nav a') ? 24 : 43.5)) {
      wrong.push(`target ${Math.round(width)}×${Math.round(height)}: ${one.outerHTML.replace(/\s+/g, ' ').slice(0, 140)}`);
    }
  }
  for (const box of document.querySelectorAll('input[type=checkbox], input[type=radio]')) {
    if (!box.checkVisibility({ visibilityProperty: true })) continue;
    const label = box.labels[0];
    const height = Math.max(label ? label.getBoundingClientRect().height : 0, box.getBoundingClientRect().height);
    if (height < 43.5) wrong.push(`target ${Math.round(height)} high: ${(label ?? box).outerHTML.replace(/\s+/g, ' ').slice(0, 140)}`);
  }

  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length) wrong.push(`ids used twice: ${[...new Set(twice)].join(', ')}`);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    const id = decodeURIComponent(link.getAttribute('href').slice(1));
    if (id && !document.getElementById(id)) wrong.push(`link to nowhere: #${id}`);
  }
  if (/\b(None|undefined|NaN|%\(\w+\)s)\b|\{\{|\}\}/.test(document.querySelector('main')?.innerText ?? '')) {
    wrong.push(`left-over: ${document.querySelector('main').innerText.match(/.{0,40}(\bNone\b|undefined|NaN|%\(\w+\)s|\{\{|\}\}).{0,40}/)?.[0]}`);
  }
  return wrong;

  // A pseudo-element may make a small thing easy to hit: then a point 21 px above or below the middle still hits it.
  function hit(one) {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const reaches = (dx, dy) => one.contains(document.elementFromPoint(x + dx, y + dy));
    return {
      width: box.width < 43.5 && reaches(-21, 0) && reaches(21, 0) ? 44 : box.width,
      height: box.height < 43.5 && reaches(0, -21) && reaches(0, 21) ? 44 : box.height,
    };
  }
}
