// @ts-check
// Maps that answer to pointer and keys; map-points.js stands before it.

/** Coordinates are integers in a square from 0 to this. */
const SIDE = 65535;
const BORDER = 16;
const LARGEST_ZOOM = 64;
/** A pointer that is farther from every point, in pixels, points at none. */
const REACH = 14;

/** A map on a canvas. */
// biome-ignore lint/correctness/noUnusedVariables: report.js uses it, which stands after it in the page.
class PointMap {
  zoom = 1;
  /** Middle of what is seen, in coordinates of the map. */
  middle = [SIDE / 2, SIDE / 2];
  /** Point that is shown, -1 for none. */
  current = -1;
  size = 0;
  isStale = false;

  /**
   * @param {HTMLElement} figure
   * @param {Points} points
   * @param {[Uint16Array, Uint16Array]} places x and y of each point.
   */
  constructor(figure, points, [x, y]) {
    this.points = points;
    this.x = x;
    this.y = y;
    this.shapes = points.sources.map(({ path }) => new Path2D(path));
    const label = `${figure.dataset.label}; arrow keys go from image to image`;
    this.canvas = make('canvas', { tabindex: '0', role: 'application', 'aria-label': label });
    this.ring = make('span', { class: 'ring', hidden: '' });
    this.tip = make('div', { class: 'tip', role: 'status' });
    this.plot = /** @type {HTMLElement} */ (figure.querySelector('.plot'));
    this.plot.append(this.canvas, this.ring, this.tip);
    this.plot.after(this.buttons(figure));
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.plot);
  }

  /** @param {HTMLElement} figure */
  buttons(figure) {
    const bar = make('p', { class: 'tools' });
    const actions = /** @type {const} */ ([
      ['+', 'Enlarge', () => this.enlarge(1.6)],
      ['−', 'Reduce', () => this.enlarge(1 / 1.6)],
      ['Show everything', 'Show everything', () => this.reset()],
    ]);
    for (const [text, name, action] of actions) {
      const label = `${name}: ${figure.dataset.label}`;
      const button = make('button', { type: 'button', 'aria-label': label });
      button.textContent = text;
      button.addEventListener('click', action);
      bar.append(button);
    }
    return bar;
  }

  listen() {
    const { canvas } = this;
    /** @type {{ x: number, y: number, middle: number[] } | null} where dragging began. */
    let start = null;
    canvas.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
      start = { x: event.offsetX, y: event.offsetY, middle: this.middle };
      this.show(this.nearest(event.offsetX, event.offsetY, REACH));
    });
    canvas.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
      const { offsetX: x, offsetY: y, buttons } = event;
      if (start !== null && buttons === 1 && this.zoom > 1) {
        const unit = this.unit();
        this.look([start.middle[0] - (x - start.x) / unit, start.middle[1] - (y - start.y) / unit]);
      } else this.show(this.nearest(x, y, REACH));
    });
    canvas.addEventListener('pointerup', () => (start = null));
    canvas.addEventListener('pointerleave', (/** @type {PointerEvent} */ event) => {
      start = null;
      if (event.pointerType === 'mouse') this.show(-1);
    });
    // The wheel scrolls the page unless the map was chosen first.
    const wheel = (/** @type {WheelEvent} */ event) => {
      if (document.activeElement !== canvas) return;
      event.preventDefault();
      this.enlarge(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
    };
    canvas.addEventListener('wheel', wheel, { passive: false });
    canvas.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && this.press(event.key)) event.preventDefault();
    });
    canvas.addEventListener('blur', () => this.show(-1));
  }

  /** @param {string} key @returns {boolean} whether the key does something here. */
  press(key) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (key in steps) this.step(steps[/** @type {keyof typeof steps} */ (key)]);
    else if (key === '+' || key === '=') this.enlarge(1.6);
    else if (key === '-') this.enlarge(1 / 1.6);
    else if (key === '0') this.reset();
    else if (key === 'Escape') this.show(-1);
    else return false;
    return true;
  }

  /** Goes to the nearest point that lies in a direction. @param {number[]} direction */
  step([right, down]) {
    if (this.current === -1) {
      this.show(this.nearest(this.size / 2, this.size / 2, Number.POSITIVE_INFINITY));
      return;
    }
    const { x, y, current } = this;
    let [best, least] = [current, Number.POSITIVE_INFINITY];
    for (let i = 0; i < x.length; i++) {
      const along = (x[i] - x[current]) * right + (y[i] - y[current]) * down;
      const across = Math.abs((x[i] - x[current]) * down) + Math.abs((y[i] - y[current]) * right);
      if (along > 0 && this.standsOut(i) && along + 2 * across < least) {
        [best, least] = [i, along + 2 * across];
      }
    }
    this.show(best);
    const [px, py] = this.place(best);
    if (Math.min(px, py) < 0 || Math.max(px, py) > this.size) this.look([x[best], y[best]]);
  }

  /** @param {number} i a point. */
  standsOut(i) {
    const { highlighted, source } = this.points;
    return highlighted.size === 0 || highlighted.has(source[i]);
  }

  /** Pixels for a unit of the map. */
  unit() {
    return ((this.size - 2 * BORDER) * this.zoom) / SIDE;
  }

  /** @param {number} i a point. @returns {[number, number]} where it is on the canvas. */
  place(i) {
    const [unit, half] = [this.unit(), this.size / 2];
    return [half + (this.x[i] - this.middle[0]) * unit, half + (this.y[i] - this.middle[1]) * unit];
  }

  /** @param {number} px @param {number} py @param {number} reach @returns {number} the nearest point, -1 if none is near. */
  nearest(px, py, reach) {
    let [best, least] = [-1, reach * reach];
    const [unit, half] = [this.unit(), this.size / 2];
    for (let i = 0; i < this.x.length; i++) {
      const dx = half + (this.x[i] - this.middle[0]) * unit - px;
      const dy = half + (this.y[i] - this.middle[1]) * unit - py;
      const distance = dx * dx + dy * dy;
      if (distance < least && this.standsOut(i)) [best, least] = [i, distance];
    }
    return best;
  }

  /** Zooms and keeps the place under (px, py) where it is. @param {number} factor */
  enlarge(factor, px = this.size / 2, py = this.size / 2) {
    const before = this.unit();
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(1, this.zoom * factor));
    const shift = 1 / before - 1 / this.unit();
    const half = this.size / 2;
    this.look([this.middle[0] + (px - half) * shift, this.middle[1] + (py - half) * shift]);
  }

  reset() {
    this.zoom = 1;
    this.look(this.middle);
  }

  /** Moves to a middle, as far as there is something to be seen. @param {number[]} middle */
  look(middle) {
    const half = SIDE / 2 / this.zoom;
    this.middle = middle.map((value) => Math.min(SIDE - half, Math.max(half, value)));
    this.canvas.classList.toggle('zoomed', this.zoom > 1);
    this.draw();
  }

  resize() {
    this.size = this.plot.clientWidth;
    const pixels = Math.round(this.size * devicePixelRatio);
    this.canvas.width = pixels;
    this.canvas.height = pixels;
    this.draw();
  }

  /** Draws with the next frame, once however often it is asked for. */
  draw() {
    if (this.isStale) return;
    this.isStale = true;
    requestAnimationFrame(() => {
      this.isStale = false;
      this.paint();
      this.show(this.current);
    });
  }

  paint() {
    const { canvas, points, shapes } = this;
    const context = canvas.getContext('2d');
    const ratio = canvas.width / this.size;
    const spread = Math.min(4.5, Math.max(2, 130 / Math.sqrt(this.x.length)));
    const radius = spread * ratio * Math.min(2, this.zoom ** 0.25);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.lineWidth = 0.45;
    // Points without a source lie below, highlighted ones above all.
    for (const layer of [0, 1, 2]) {
      for (let i = 0; i < this.x.length; i++) {
        const source = points.source[i];
        const isLow = source === points.sources.length - 1;
        const own = points.highlighted.size > 0 && this.standsOut(i) ? 2 : isLow ? 0 : 1;
        if (own !== layer) continue;
        const [px, py] = this.place(i);
        if (px < -9 || py < -9 || px > this.size + 9 || py > this.size + 9) continue;
        const { color, isHollow } = points.sources[source];
        context.globalAlpha = points.highlighted.size > 0 && own < 2 ? 0.12 : 0.85;
        context.setTransform(radius, 0, 0, radius, px * ratio, py * ratio);
        context[isHollow ? 'strokeStyle' : 'fillStyle'] = color;
        context[isHollow ? 'stroke' : 'fill'](shapes[source]);
      }
    }
  }

  /** Shows the image of a point beside it. @param {number} i the point, -1 for none. */
  show(i) {
    const { ring, tip, points } = this;
    const [px, py] = i === -1 ? [0, 0] : this.place(i);
    ring.hidden = i === -1 || Math.min(px, py) < 0 || Math.max(px, py) > this.size;
    ring.style.left = `${px}px`;
    ring.style.top = `${py}px`;
    if (i !== this.current) {
      this.current = i;
      tip.replaceChildren(...(i === -1 ? [] : describe(i, points)));
    }
    tip.classList.toggle('left', px > this.size / 2);
    tip.classList.toggle('above', py > this.size / 2);
    tip.style.left = `${px}px`;
    tip.style.top = `${py}px`;
  }
}
