// The clock of an intervision: counts down, shows calmly how long it took longer, asks now and then whether the group moved on,
// and keeps the screen awake where the browser offers that. The state is the server's; a reload or a dead phone loses nothing.
//
//   [data-intervision=<address of the state>]  data-revision, data-left and data-whole in milliseconds, data-paused,
//                                              data-minute and data-over: what is read aloud
import { exchange, say } from './swap.js';

const ASK = 4000;
const MINUTE = 60000;
const SOUND = 'peergang-intervision-sound';
let talk;
let until;
let told;
let heading;
let sound;

export function intervision() {
  read();
  document.addEventListener('pg:swapped', read);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    stayAwake();
    ask();
  });
  document.addEventListener('change', (event) => event.target.id === 'geluid' && choose(event.target.checked));
  setInterval(tick, 250);
  setInterval(() => !document.hidden && ask(), ASK);
  stayAwake();
}

function read() {
  talk = document.querySelector('[data-intervision]');
  if (!talk) return;
  const left = Number(talk.dataset.left);
  until = performance.now() + left;
  // What has passed already is not announced again.
  told = { minute: left < MINUTE, over: left < 0 };
  const title = talk.querySelector('h1').textContent;
  if (heading && heading !== title) say(`${title}. ${talk.querySelector('.pg-talk__speaker').textContent.trim()}`);
  heading = title;
  const box = talk.querySelector('[data-sound]');
  box.hidden = !window.AudioContext;
  box.querySelector('input').checked = Boolean(sound) || remembered() === 'on';
  tick();
}

function tick() {
  if (!talk) return;
  const left = talk.dataset.paused === undefined ? until - performance.now() : Number(talk.dataset.left);
  // Rounded up, so that 0:00 is shown when the time is over and not a second before.
  const seconds = Math.abs(Math.ceil(left / 1000));
  const words = `${left <= -1000 ? '+' : ''}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const clock = talk.querySelector('[data-clock]');
  if (clock.textContent !== words) clock.textContent = words;
  clock.classList.toggle('is-over', left <= 0);
  talk.querySelector('[data-bar]').value = Math.max(0, Number(talk.dataset.whole) - left);
  if (talk.dataset.paused !== undefined) return;
  talk.querySelector('[data-before]').hidden = left <= 0;
  talk.querySelector('[data-after]').hidden = left > 0;
  announce(left);
}

function announce(left) {
  if (!told.minute && left < MINUTE) {
    told.minute = true;
    say(talk.dataset.minute);
  }
  if (!told.over && left <= 0) {
    told.over = true;
    say(talk.dataset.over);
    if (remembered() === 'on') chime();
  }
}

async function ask() {
  if (!talk) return;
  const now = talk;
  const answer = await fetch(talk.dataset.intervision).catch(() => null);
  if (!answer?.ok || now !== talk) return;
  const state = await answer.json();
  if (state.revision === Number(talk.dataset.revision)) return;
  await exchange(fetch(location.pathname));
}

async function stayAwake() {
  if (talk) await navigator.wakeLock?.request('screen').catch(() => null);
}

function remembered() {
  try {
    return sessionStorage.getItem(SOUND);
  } catch {
    return null;
  }
}

// A browser lets a page make sound only after somebody touched it; ticking the box is that touch, and lets hear what it does.
function choose(on) {
  try {
    sessionStorage.setItem(SOUND, on ? 'on' : 'off');
  } catch { /* then it holds for this page */ }
  sound = on ? sound || new AudioContext() : null;
  if (on) chime();
}

function chime() {
  sound ||= new AudioContext();
  for (const [start, tone] of [[0, 523], [0.35, 659]]) {
    const voice = sound.createOscillator();
    const volume = sound.createGain();
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.0001, sound.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.12, sound.currentTime + start + 0.05);
    volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + start + 1.2);
    voice.connect(volume).connect(sound.destination);
    voice.start(sound.currentTime + start);
    voice.stop(sound.currentTime + start + 1.3);
  }
}
