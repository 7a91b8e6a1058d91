// A report that is being made: the page looks again every two seconds, for as long as somebody looks at it.
import { exchange } from './swap.js';

const PAUSE = 2000;

async function look() {
  if (!document.hidden) await exchange(fetch(location.href, { redirect: 'manual' }));
  arm();
}

function arm() {
  if (document.querySelector('[data-making]')) setTimeout(look, PAUSE);
}

arm();
