import { readFileSync } from 'node:fs';

/** Files of this folder that go into pages as they are. */
export type PageAsset =
  | 'page.css'
  | 'report.css'
  | 'maps.css'
  | 'sources.css'
  | 'map-points.js'
  | 'point-map.js'
  | 'report.js';

/**
 * The text of a file that pages carry inside.
 *
 * These files are shipped as they are; the folder is as far from the compiled code as from the source.
 */
export function readPageAsset(name: PageAsset): string {
  return readFileSync(new URL(`../../src/page/${name}`, import.meta.url), 'utf8');
}
