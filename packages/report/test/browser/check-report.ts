import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { checkContrast, checkNames, findPoint, lookAtFocus, markReachable } from './page-checks.js';

/** What a check found: figures to be printed, and what is wrong. */
export interface Findings {
  readonly figures: string[];
  readonly problems: string[];
}

/** A report to be looked at. */
export interface Subject {
  readonly name: string;
  readonly file: string;
  /** Folder for screenshots. */
  readonly output: string;
}

/** Pixels of a picture from top to bottom. */
const TALLEST = 30_000;

const WIDTHS = [390, 820, 1440] as const;

/** Opens a report at three widths and checks what a person would meet there. */
export async function checkReport(browser: Browser, subject: Subject): Promise<Findings> {
  const findings: Findings = { figures: [], problems: [] };
  for (const width of WIDTHS) await checkWidth(browser, subject, { width, findings });
  await checkContrasts(browser, subject, findings);
  await checkWithoutScript(browser, subject, findings);
  await checkPrint(browser, subject, findings);
  return findings;
}

/** Opens a report that is large, and measures how long it takes until it answers. */
export async function timeReport(browser: Browser, subject: Subject): Promise<Findings> {
  const findings: Findings = { figures: [], problems: [] };
  const page = await openPage(browser, subject, { width: 1440, findings, name: 'large' });
  const box = page.locator('#legend input[type=checkbox]').first();
  const before = Date.now();
  await box.check();
  await page.evaluate(settled);
  findings.figures.push(`${subject.name}: highlighting a source ${Date.now() - before} ms`);
  if (Date.now() - before > 1000)
    findings.problems.push(`${subject.name}: highlighting takes longer than a second`);
  await box.uncheck();
  await page.locator('.map').first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(subject.output, `${subject.name}-1440.png`) });
  await page.context().close();
  return findings;
}

/** Keeps a picture of the page from its top, as far as a picture can be looked at. */
async function takePicture(page: Page, { name, output }: Subject, suffix: string): Promise<void> {
  const whole = await page.locator('html').boundingBox();
  await page.screenshot({
    path: join(output, `${name}-${suffix}.png`),
    fullPage: true,
    clip: { x: 0, y: 0, width: whole?.width ?? 0, height: Math.min(TALLEST, whole?.height ?? 0) },
    timeout: 120_000,
  });
}

interface Opening {
  readonly width: number;
  readonly findings: Findings;
  readonly name: string;
  readonly isDark?: boolean;
  readonly isWithoutScript?: boolean;
}

/** Opens the page, and keeps account of what goes wrong in it and what it asks for. */
async function openPage(browser: Browser, { name, file }: Subject, opening: Opening): Promise<Page> {
  const { width, findings, isDark = false, isWithoutScript = false } = opening;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: isDark ? 'dark' : 'light',
    javaScriptEnabled: !isWithoutScript,
  });
  // What compiles this file names functions by a helper, which the page does not have.
  await context.addInitScript('globalThis.__name = (value) => value');
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const tell = (what: string) => findings.problems.push(`${name}, ${opening.name}: ${what}`);
  page.on('console', (message) => tell(`console: ${message.text()}`));
  page.on('pageerror', (error) => tell(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) tell(`asks for ${request.url()}`);
  });
  const begun = Date.now();
  await page.goto(address);
  if (!isWithoutScript) {
    await page.evaluate(settled);
    findings.figures.push(`${name}, ${opening.name}: usable after ${Date.now() - begun} ms`);
  }
  return page;
}

/** Resolves when the page has drawn what was asked for. */
function settled(): Promise<void> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))),
  );
}

async function checkWidth(
  browser: Browser,
  subject: Subject,
  { width, findings }: { readonly width: number; readonly findings: Findings },
): Promise<void> {
  const name = `${width} px`;
  const tell = (what: string) => findings.problems.push(`${subject.name}, ${name}: ${what}`);
  const page = await openPage(browser, subject, { width, findings, name });
  const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }));
  if (scrollWidth > width) tell(`scrolls sideways: ${scrollWidth} px wide`);
  for (const problem of await page.evaluate(checkNames)) tell(problem);
  await checkHover(page, tell, join(subject.output, `${subject.name}-${width}-hover.png`));
  await checkFilters(page, tell);
  if (width === 1440) await checkKeyboard(page, tell, findings.figures);
  await page.evaluate(() => {
    for (const part of document.querySelectorAll<HTMLElement>('.source'))
      part.style.contentVisibility = 'visible';
    for (const image of document.images) image.loading = 'eager';
    scrollTo(0, 0);
  });
  await takePicture(page, subject, String(width));
  await page.context().close();
}

type Tell = (what: string) => void;

/** Points at an image of the first map. */
async function checkHover(page: Page, tell: Tell, screenshot: string): Promise<void> {
  if ((await page.locator('.map').count()) === 0) return;
  await page.locator('.plot').first().scrollIntoViewIfNeeded();
  const point = await page.evaluate(findPoint);
  if (point === null) return;
  await page.mouse.move(point.x, point.y);
  await page.evaluate(settled);
  const tip = page.locator('.tip').first();
  if ((await tip.innerText()).trim() === '') tell(`nothing is shown for point ${point.index}`);
  const image = tip.locator('img');
  if ((await image.count()) === 0) return tell(`no image is shown for point ${point.index}`);
  const shown = await image.evaluate((element: HTMLImageElement) => ({
    natural: [element.naturalWidth, element.naturalHeight],
    drawn: [element.clientWidth, element.clientHeight],
  }));
  if (String(shown.natural) !== String(shown.drawn) || shown.natural[0] === 0) {
    tell(`the image is ${shown.natural.join(' × ')} and shown as ${shown.drawn.join(' × ')}`);
  }
  await page.screenshot({ path: screenshot });
  await page.mouse.move(0, 0);
}

/** Searches sources, and highlights one on the maps. */
async function checkFilters(page: Page, tell: Tell): Promise<void> {
  const parts = page.locator('article.source');
  const total = await parts.count();
  if (total > 0) {
    const name = (await parts.last().locator('h3').innerText()).toLowerCase();
    const names = await parts.evaluateAll((all) =>
      all.map((part) => (part as HTMLElement).dataset.name ?? ''),
    );
    const expected = names.filter((own) => name.split(/\s+/).every((word) => own.includes(word))).length;
    await page.fill('#source-name', name);
    const shown = await page.locator('article.source:not([hidden])').count();
    const rows = await page.locator('#source-table tbody tr:not([hidden])').count();
    if (shown !== expected || rows !== expected)
      tell(`searching "${name}" shows ${shown} sources and ${rows} rows, not ${expected}`);
    await page.fill('#source-name', '');
    await page.selectOption('#source-kind', 'known');
    const known = await page.locator('article.source:not([hidden])').count();
    if (known !== (await page.locator('article[data-kind=known]').count()))
      tell('the kind of source does not filter');
    await page.selectOption('#source-kind', '');
  }
  if ((await page.locator('.map').count()) === 0) return;
  const picture = () =>
    page
      .locator('.plot canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const before = await picture();
  await page.locator('#legend input[type=checkbox]').first().check();
  await page.evaluate(settled);
  if ((await picture()) === before) tell('highlighting a source changes nothing on the map');
  await page.click('#legend-clear');
  await page.evaluate(settled);
  if ((await picture()) !== before) tell('the map is not as before after the highlighting');
}

/** Goes through the page with the tabulator key, and over a map with the arrow keys. */
async function checkKeyboard(page: Page, tell: Tell, figures: string[]): Promise<void> {
  const count = await page.evaluate(markReachable);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  const reached = new Set<number>();
  for (let presses = 0; presses < count + 5; presses++) {
    await page.keyboard.press('Tab');
    const { number, isSeen, what } = await page.evaluate(lookAtFocus);
    if (number === -1) continue;
    if (!isSeen) tell(`the focus is not seen on ${what}`);
    reached.add(number);
  }
  figures.push(`keyboard: ${reached.size} of ${count} places reached`);
  if (reached.size < count) tell(`${count - reached.size} of ${count} places are not reached by keyboard`);
  const canvas = page.locator('.plot canvas').first();
  if ((await canvas.count()) === 0) return;
  await canvas.focus();
  const seen = new Set<string>();
  for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', '+', 'ArrowRight', '0']) {
    await page.keyboard.press(key);
    await page.evaluate(settled);
    seen.add(await page.locator('.tip').first().innerText());
  }
  if (seen.size < 2 || seen.has('')) tell('arrow keys do not go from point to point');
  await page.keyboard.press('Escape');
  if ((await page.locator('.tip').first().innerText()) !== '') tell('Escape does not hide the image');
}

/** All texts in light and dark, with everything open. */
async function checkContrasts(browser: Browser, subject: Subject, findings: Findings): Promise<void> {
  for (const isDark of [false, true]) {
    const name = isDark ? 'dark' : 'light';
    const page = await openPage(browser, subject, { width: 1440, findings, name, isDark });
    await page.evaluate(() => {
      for (const part of document.querySelectorAll('details')) part.open = true;
      for (const part of document.querySelectorAll<HTMLElement>('.source'))
        part.style.contentVisibility = 'visible';
    });
    const { texts, problems } = await page.evaluate(checkContrast);
    findings.figures.push(`${subject.name}, ${name}: contrast of ${texts} texts`);
    for (const problem of problems.slice(0, 20))
      findings.problems.push(`${subject.name}, ${name}, contrast ${problem}`);
    if (isDark) await takePicture(page, subject, 'dark');
    await page.context().close();
  }
}

async function checkWithoutScript(browser: Browser, subject: Subject, findings: Findings): Promise<void> {
  const opening = { width: 820, findings, name: 'without script', isWithoutScript: true };
  const page = await openPage(browser, subject, opening);
  const still = page.locator('.still').first();
  if ((await still.count()) > 0 && !(await still.isVisible()))
    findings.problems.push(`${subject.name}: no map without script`);
  await takePicture(page, subject, 'without-script');
  await page.context().close();
}

async function checkPrint(browser: Browser, subject: Subject, findings: Findings): Promise<void> {
  const page = await openPage(browser, subject, { width: 820, findings, name: 'print' });
  const pdf = await page.pdf({ format: 'A4', printBackground: false });
  writeFileSync(join(subject.output, `${subject.name}.pdf`), pdf);
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  findings.figures.push(`${subject.name}: ${pages} pages printed`);
  if (pages === 0) findings.problems.push(`${subject.name}: nothing is printed`);
  await page.emulateMedia({ media: 'print' });
  const isOpen = await page.evaluate(() =>
    [...document.querySelectorAll('details > :not(summary)')].every((part) => part.checkVisibility()),
  );
  if (!isOpen) findings.problems.push(`${subject.name}: closed parts are not printed`);
  await page.context().close();
}
