import type { ColorScale } from './color-scale.js';
import { type ColoredMap, colorMap } from './heat-overlay.js';
import type { RgbImage } from './image-record.js';
import {
  BLACK,
  type Color,
  createPicture,
  fillRectangle,
  magnify,
  outlineRectangle,
  placeImage,
} from './picture.js';
import { drawText, lineHeight, textWidth } from './picture-text.js';

/** A labelled place on an axis. */
export interface Tick {
  /** In cells of the map from its left or upper edge. */
  readonly at: number;
  readonly label: string;
}

/** How a map with axes is drawn. */
export interface MapFrame {
  readonly scale: ColorScale;
  /** Pixels a side of a cell. */
  readonly zoom: number;
  readonly columnTicks: readonly Tick[];
  readonly rowTicks: readonly Tick[];
  /** Cells to draw a square around. */
  readonly marks?: readonly { readonly x: number; readonly y: number }[];
}

const TICK = 5;
const TEXT = 1.5;
const MARK: Color = BLACK;

/** A map in colors, with ticks and their labels below and at the left, and squares around marked cells. */
export function drawFramedMap(map: ColoredMap, frame: MapFrame): RgbImage {
  const { scale, zoom, columnTicks, rowTicks, marks = [] } = frame;
  const image = magnify(colorMap(map, scale), zoom);
  const left = TICK + 4 + Math.max(...rowTicks.map(({ label }) => textWidth(label, 1)));
  const top = Math.ceil(lineHeight(1) / 2);
  const picture = createPicture(
    left + image.width + Math.ceil(TEXT * lineHeight(1)),
    top + image.height + TICK + 2 + lineHeight(1),
  );
  for (const { x, y } of marks) markCell(image, x, y, zoom);
  placeImage(picture, image, left, top);
  for (const { at, label } of columnTicks) {
    const x = left + Math.min(Math.round(at * zoom), image.width - 1);
    fillRectangle(picture, { x, y: top + image.height, width: 1, height: TICK }, BLACK);
    const start = Math.max(0, x - Math.floor(textWidth(label, 1) / 2));
    drawText(picture, label, { x: start, y: top + image.height + TICK + 3, scale: 1 });
  }
  for (const { at, label } of rowTicks) {
    const y = top + Math.min(Math.round(at * zoom), image.height - 1);
    fillRectangle(picture, { x: left - TICK, y, width: TICK, height: 1 }, BLACK);
    drawText(picture, label, { x: left - TICK - 3 - textWidth(label, 1), y: y - 3, scale: 1 });
  }
  return picture;
}

/** A black square in a white one, two pixels away from the cell. */
function markCell(image: RgbImage, x: number, y: number, zoom: number): void {
  const around = (distance: number) => ({
    x: x * zoom - distance,
    y: y * zoom - distance,
    width: zoom + 2 * distance,
    height: zoom + 2 * distance,
  });
  outlineRectangle(image, around(3), [255, 255, 255]);
  outlineRectangle(image, around(2), MARK);
}
