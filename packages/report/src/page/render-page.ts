import { createHash } from 'node:crypto';
import { escapeHtml } from './escape-html.js';
import { readPageAsset } from './page-assets.js';

/** What a page holds; all but `title` is trusted markup or code, in which text from outside is escaped already. */
export interface PageContent {
  /** Plain text: the name of the window, and the heading at the top (the only h1). */
  readonly title: string;
  /** Plain text above the heading: what kind of page it is. */
  readonly kind?: string;
  /** Markup of the main part; its headings begin with h2. */
  readonly body: string;
  /** Markup under the heading and before the main part, such as a `<nav>` with its name. */
  readonly header?: string;
  /** Style rules after those that every page has. */
  readonly styles?: string;
  /** Runs when the page is there. */
  readonly script?: string;
}

/**
 * A page in one file that opens from disk and asks for nothing outside: no address is fetched, and the browser is told to
 * run and apply only what stands here, by digest. So `style="…"` and `onclick="…"` in the markup have no effect.
 *
 * Readable on a phone, printed, in light and dark. Wide tables belong in `<div class="scroll" tabindex="0" role="region"
 * aria-label="…">`, in which they scroll. Further classes: `number` (a cell with a figure), `note` (small and quiet), `facts`
 * (a list of figures as tiles). The same content gives the same bytes.
 */
export function renderPage({
  title,
  kind = '',
  body,
  header = '',
  styles = '',
  script = '',
}: PageContent): string {
  const style = `\n${readPageAsset('page.css')}${styles}`;
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${digestSource(style)}'`,
    `script-src ${script === '' ? "'none'" : `'${digestSource(script)}'`}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const text = escapeHtml(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${text}${kind === '' ? '' : ` – ${escapeHtml(kind)}`}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the contents</a>
<header class="top">
${kind === '' ? '' : `<p class="kind">${escapeHtml(kind)}</p>\n`}<h1>${text}</h1>
${header}
</header>
<main id="main" tabindex="-1">
${body}
</main>
${script === '' ? '' : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** How a policy names a style or script that stands in the page. */
function digestSource(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
