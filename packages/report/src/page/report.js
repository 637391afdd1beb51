// @ts-check
// What a report can do when it is opened; map-points.js and point-map.js stand before it.

/** Makes the maps of the page answer. */
function startMaps() {
  const block = document.getElementById('map-data');
  const legend = document.getElementById('legend');
  if (block === null || legend === null) return;
  const data = JSON.parse(block.textContent ?? '');
  /** @type {Points} */
  const points = {
    ...data,
    source: new Int32Array(decode(data.source)),
    thumb: new Int32Array(decode(data.thumb)),
    highlighted: new Set(),
  };
  /** @type {NodeListOf<HTMLElement>} */
  const figures = document.querySelectorAll('.map');
  const maps = [...figures].map((figure, i) => {
    const [x, y] = data.maps[i];
    return new PointMap(figure, points, [new Uint16Array(decode(x)), new Uint16Array(decode(y))]);
  });
  const boxes = [...legend.querySelectorAll('input')].filter(({ type }) => type === 'checkbox');
  const highlight = () => {
    points.highlighted = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => Number(value)));
    for (const map of maps) map.draw();
  };
  legend.addEventListener('change', highlight);
  document.getElementById('legend-clear')?.addEventListener('click', () => {
    for (const box of boxes) box.checked = false;
    highlight();
  });
  const items = [...legend.querySelectorAll('li')];
  const field = fieldOf('legend-name');
  field?.addEventListener('input', () => {
    for (const item of items) item.hidden = !isNamed(item, field.value);
  });
  document.body.classList.add('with-maps');
}

/** Makes the sources of the page searchable by name and kind. */
function startSources() {
  const form = document.getElementById('source-filter');
  const [name, kind] = [fieldOf('source-name'), fieldOf('source-kind')];
  const count = document.getElementById('source-count');
  if (form === null || name === null || kind === null || count === null) return;
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll('article.source');
  /** Rows of the table of all sources, in the order of the parts. @type {NodeListOf<HTMLElement>} */
  const rows = document.querySelectorAll('#source-table tbody tr');
  const update = () => {
    parts.forEach((part, i) => {
      const isShown = isNamed(part, name.value) && ['', part.dataset.kind].includes(kind.value);
      part.hidden = !isShown;
      rows[i].hidden = !isShown;
    });
    const shown = [...parts].filter(({ hidden }) => !hidden).length;
    count.textContent = `${shown.toLocaleString('en-US')} of ${parts.length.toLocaleString('en-US')} shown`;
  };
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  // A browser that goes back fills the fields by itself.
  update();
}

/** @param {string} text in base64. @returns {ArrayBuffer} */
function decode(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

/** @param {string} id @returns {HTMLInputElement | null} a field of the page. */
function fieldOf(id) {
  return /** @type {HTMLInputElement | null} */ (document.getElementById(id));
}

/** @param {HTMLElement} element @param {string} words @returns {boolean} whether its name has them all. */
function isNamed(element, words) {
  const name = element.dataset.name ?? '';
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}

startMaps();
startSources();
