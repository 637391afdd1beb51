import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../images/test/temporary-images.js';
import { writeLabelStudio } from '../src/formats/write-label-studio.js';
import { plantView } from './planted-view.js';

const IMAGES = [
  { path: 'dump/a/ä b&c#1.png', source: 1 },
  { path: 'dump/b/100%.png', source: 2 },
  { path: 'dump/b/x.png', source: 3 },
  { path: 'dump/waits.png', source: 0 },
];
const NAMES = ['<real> & "true"', 'twin', 'twin', 'a\x1bb\ud800'];

async function exported(settings: { documentRoot?: string } = {}) {
  const folder = makeFolder();
  const view = await plantView(folder, IMAGES, NAMES);
  const output = join(folder, 'out');
  const whole = { output, format: 'label-studio', force: false, ...settings } as const;
  const { notes } = await writeLabelStudio(view, whole);
  const tasks = JSON.parse(readFileSync(join(output, 'tasks.json'), 'utf8'));
  return { folder, view, notes, tasks, config: readFileSync(join(output, 'labeling-config.xml'), 'utf8') };
}

const XML = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' } as Readonly<
  Record<string, string>
>;
const choicesOf = (config: string) =>
  [...config.matchAll(/<Choice value="([^"<]*)"\/>/g)].map(([, value = '']) =>
    value.replace(/&\w+;/g, (name) => XML[name] as string),
  );

describe('writeLabelStudio()', () => {
  test('offers each source once, by a name that no other has and XML can hold', async () => {
    const { config } = await exported();
    expect(choicesOf(config)).toEqual(['<real> & "true"', 'twin (S0002)', 'twin (S0003)', 'a\\u001bb\ufffd']);
    expect(config).toContain('<Image name="image" value="$image"');
    expect(config).toContain('<Choices name="source" toName="image" choice="single"');
  });

  test('predicts one of these choices, with the p-value as score, and nothing for an image without a source', async () => {
    const { tasks, config } = await exported();
    const choices = choicesOf(config);
    const version = 'ganscout 1.2.3, planted, entry 0';
    const result = (name: string) => [
      { id: 'source', from_name: 'source', to_name: 'image', type: 'choices', value: { choices: [name] } },
    ];
    expect(tasks.map(({ predictions }: { predictions: unknown }) => predictions)).toEqual([
      [{ model_version: version, result: result(choices[0] as string) }],
      [{ model_version: version, score: 1, result: result(choices[1] as string) }],
      [{ model_version: version, score: 0.5, result: result(choices[2] as string) }],
      [],
    ]);
    expect(tasks[2].data).toMatchObject({
      path: 'dump/b/x.png',
      source: 'S0003',
      name: 'twin',
      kind: 'discovered',
    });
  });

  test('names images by URLs relative to the folder above all of them, which it tells', async () => {
    const { tasks, folder, notes } = await exported();
    const urls = tasks.map(({ data }: { data: { image: string } }) => data.image);
    expect(urls).toEqual([
      '/data/local-files/?d=dump/a/%C3%A4%20b%26c%231.png',
      '/data/local-files/?d=dump/b/100%25.png',
      '/data/local-files/?d=dump/b/x.png',
      '/data/local-files/?d=dump/waits.png',
    ]);
    expect(notes[0]).toMatch(new RegExp(`DOCUMENT_ROOT=${folder}$`));
    const path = new URL(urls[0], 'http://localhost').searchParams.get('d');
    expect(path).toBe(IMAGES[0]?.path);
  });

  test('takes another folder above all images, and refuses one that is not', async () => {
    const { tasks, folder } = await exported({ documentRoot: '/' });
    expect(tasks[3].data.image).toBe(`/data/local-files/?d=${folder.slice(1)}/dump/waits.png`);
    await expect(exported({ documentRoot: '/nowhere' })).rejects.toThrow(
      'must lie below the folder to be served, /nowhere',
    );
  });
});
