// @ts-check
// The points of maps, and what is shown of one.

/** @typedef {{ name: string, color: string, path: string, isHollow: boolean }} MappedSource */
/** @typedef {{ png: string, width: number, height: number, alt: string }} Thumb */
/**
 * @typedef {object} Points Points of all maps.
 * @property {MappedSource[]} sources the last one stands for images without a source.
 * @property {Int32Array} source position in `sources`.
 * @property {string[]} paths
 * @property {Int32Array} thumb position in `thumbs`, -1 for none.
 * @property {Thumb[]} thumbs
 * @property {Set<number>} highlighted sources that stand out; all alike if empty.
 */

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @returns {any} the element.
 */
function make(tag, attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** @param {number} i a point. @param {Points} points @returns {HTMLElement[]} its image, source and path. */
// biome-ignore lint/correctness/noUnusedVariables: point-map.js uses it, which stands after it in the page.
function describe(i, { sources, source, paths, thumb, thumbs }) {
  const picture = thumbs[thumb[i]];
  const name = make('strong');
  name.textContent = sources[source[i]].name;
  const path = make('span');
  path.textContent = paths[i];
  if (picture === undefined) return [name, path];
  const { png, width, height, alt } = picture;
  const size = { width: String(width), height: String(height) };
  return [make('img', { src: `data:image/png;base64,${png}`, alt, class: 'native', ...size }), name, path];
}
