import { dirname, join, relative, resolve, sep } from 'node:path';
import type { CaseView, ViewedSource } from '@ganscout/cases';
import { InputError } from '@ganscout/images';
import { writeDurably } from '@ganscout/storage';
import type { CaseExport, ExportSettings } from '../export-settings.js';
import { formatArray } from '../format-table.js';
import { imageColumns } from '../image-columns.js';
import { demandImages, describeLeftOut, type FiledImage, findAbsent, writeMissing } from '../image-files.js';

const CONFIG_FILE = 'labeling-config.xml';
const TASKS_FILE = 'tasks.json';
/** Names of the control and the object of the labeling configuration. */
const CONTROL = 'source';
const OBJECT = 'image';

/**
 * Writes tasks for Label Studio, an image each with its source as a prediction to be checked, and the labeling configuration
 * that goes with them: one choice of all sources that are. An image without a source has no prediction.
 *
 * Images are named by the URLs that Label Studio serves local files at, relative to the folder that it is told to serve. The
 * score of a prediction is the p-value of the image under its source, by which the least typical come first.
 *
 * Source: Label Studio documentation, "Import pre-annotated data" (predictions: model_version, score, result with from_name,
 * to_name, type and value), "Choices" (tag) and "Local storage" (`/data/local-files/?d=`, and that the storage's folder lies below
 * LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT).
 *
 * @throws {InputError} if an image does not lie below the folder to be served.
 */
export async function writeLabelStudio(
  view: CaseView,
  { output, documentRoot = null }: ExportSettings,
): Promise<CaseExport> {
  const images = demandImages(view, 'label-studio');
  const root = documentRoot === null ? dirname(commonFolder(images)) : resolve(documentRoot);
  const urls = images.map(({ file }) => localUrl(root, file));
  const names = choiceNames(view.sources);
  writeDurably(join(output, CONFIG_FILE), formatConfig([...names.values()]));
  writeDurably(join(output, TASKS_FILE), formatArray(tasks(view, urls, names)));
  const absent = findAbsent(images);
  return {
    files: { [TASKS_FILE]: images.length, [CONFIG_FILE]: names.size, ...writeMissing(output, absent) },
    leftOut: describeLeftOut(view),
    notes: [
      `start Label Studio with LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true and LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=${root}`,
      'add the folder of the images below it as a local source storage, without syncing',
      `paste ${CONFIG_FILE} as the labeling interface, then import ${TASKS_FILE}`,
    ],
    failed: absent.length,
  };
}

function* tasks(
  view: CaseView,
  urls: readonly string[],
  names: ReadonlyMap<number, string>,
): Iterable<unknown> {
  const { columns, cells } = imageColumns(view);
  const keys = Object.keys(columns);
  const version = `ganscout ${view.summary.software.ganscout}, ${view.summary.name}, entry ${view.state.entries.length}`;
  for (const [row, url] of urls.entries()) {
    const name = names.get(view.labels[row] as number);
    const values = Object.fromEntries(cells(row).map((value, at) => [keys[at] as string, value]));
    const score = values.p_value === null ? {} : { score: values.p_value };
    const choice = { id: CONTROL, from_name: CONTROL, to_name: OBJECT, type: 'choices' };
    const predictions =
      name === undefined
        ? []
        : [{ model_version: version, ...score, result: [{ ...choice, value: { choices: [name] } }] }];
    yield { data: { [OBJECT]: url, ...values }, predictions };
  }
}

/** The deepest folder that all files are in. */
function commonFolder(images: readonly FiledImage[]): string {
  let common = dirname(images[0]?.file ?? sep);
  for (const { file } of images) while (!isBelow(common, file)) common = dirname(common);
  return common;
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function localUrl(root: string, file: string): string {
  if (!isBelow(root, file)) {
    throw new InputError(`every image must lie below the folder to be served, ${root}, but ${file} does not`);
  }
  const parts = relative(root, file).split(sep);
  return `/data/local-files/?d=${parts.map((part) => encodeURIComponent(wellFormed(part))).join('/')}`;
}

/** A name for each source that is, by its number; where two have the same, each with its id. */
function choiceNames(sources: readonly ViewedSource[]): Map<number, string> {
  const living = sources.filter(({ state, size }) => state === 'active' || size > 0);
  const shown = living.map(({ name }) => shownText(name));
  return new Map(
    living.map(({ number, id }, i) => {
      const name = shown[i] as string;
      const isTaken = name === '' || shown.indexOf(name) !== shown.lastIndexOf(name);
      return [number, isTaken ? `${name} (${id})`.trim() : name];
    }),
  );
}

function formatConfig(names: readonly string[]): string {
  const choices = names.map((name) => `    <Choice value="${escapeXml(name)}"/>\n`).join('');
  return (
    `<View>\n  <Image name="${OBJECT}" value="$${OBJECT}" zoom="true"/>\n` +
    `  <Choices name="${CONTROL}" toName="${OBJECT}" choice="single" showInLine="false">\n${choices}  </Choices>\n</View>\n`
  );
}

/** What XML cannot hold is written as the escapes of JSON, in tasks too, so that both have the same text. */
function shownText(text: string): string {
  return wellFormed(text).replace(
    /[\p{Cc}\u2028\u2029\ufffe\uffff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
