// <textarea data-words="id-of-output">, <span id="…" data-one="1 woord" data-many="{n} woorden">
export function countWords() {
  for (const field of document.querySelectorAll('[data-words]')) {
    const output = document.getElementById(field.dataset.words);
    if (!output) continue;
    const show = () => {
      const count = (field.value.match(/\S+/g) || []).length;
      output.textContent = count === 1 ? output.dataset.one : output.dataset.many.replace('{n}', count);
    };
    field.addEventListener('input', show);
    show();
  }
}
