import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, nearestWord } from '../src/config/config-error.js';
import { parseConfig } from '../src/config/load.js';
import { formatConfig, resolveConfig } from '../src/config/resolve.js';
import { configJsonSchema } from '../src/config/schema.js';

const DATA = 'data:\n  known: known\n  discovery: dump\n';

function resolved(text: string, settings: string[] = []) {
  return resolveConfig(parseConfig(text, '/home/case/pipeline.yaml'), { settings, workingDirectory: '/tmp' });
}

function problems(text: string, settings: string[] = []): string[] {
  try {
    resolved(text, settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('resolveConfig() gives every round its options, and overrides hold from their round on', () => {
  const config = resolved(
    `${DATA}run: { rounds: 3 }\nkmeans: { clusterCount: 7 }\nrounds: { 2: { kmeans: { clusterCount: 9 } } }\n`,
  );
  expect(config.rounds.map((options) => options.kmeans.clusterCount)).toEqual([7, 9, 9]);
});

test('settings win over the file, and the file over the preset', () => {
  const config = resolved(`${DATA}preset: girish2021\nkmeans: { clusterCount: 40 }\n`, [
    'kmeans.maxIterations=5',
    'run.seed=9',
  ]);
  expect(config.rounds[0]?.kmeans).toMatchObject({ clusterCount: 40, maxIterations: 5 });
  expect(config.rounds[0]?.extractor.embedding.epochs).toBe(50);
  expect(config.rounds[1]?.extractor.embedding.epochs).toBe(100);
  expect(config.run.seed).toBe(9);
});

test('paths of the file are relative to its folder, those of settings to the working directory', () => {
  const config = resolved(DATA, ['data.discovery=other']);
  expect(config.data.known).toBe('known');
  expect(config.directoryOf.known).toBe('/home/case');
  expect(config.directoryOf.discovery).toBe('/tmp');
  expect(config.run.output).toBe('/home/case/runs/default');
});

test('an unknown key gives file, line, column and the nearest known key', () => {
  expect(problems(`${DATA}kmeans:\n  clusterCont: 5\n`)).toEqual([
    '/home/case/pipeline.yaml:5:3: kmeans.clusterCont: unknown key "clusterCont"; did you mean "clusterCount"?',
  ]);
  expect(problems(`${DATA}rounds: { 2: { kmeans: { maxIteration: 5 } } }\n`)[0]).toContain(
    'did you mean "maxIterations"?',
  );
  expect(problems(`${DATA}mergee: {}\n`)[0]).toContain(
    '4:1: mergee: unknown key "mergee"; did you mean "merge"?',
  );
});

test('a wrong value gives its place, the rule and the value found', () => {
  const [line] = problems(`${DATA}run:\n  rounds: many\n`);
  expect(line).toMatch(
    /^\/home\/case\/pipeline\.yaml:5:11: run\.rounds: .*expected (number|int).*, found "many"$/,
  );
  expect(problems(DATA, ['run.seed=-1'])[0]).toMatch(/^--set: run\.seed: .*found -1$/);
});

test('missing data, both kinds of data, bad YAML and tags that build objects are refused', () => {
  expect(problems('run: { seed: 1 }\n')).toHaveLength(2);
  expect(problems(`${DATA}  knownFeatures: x.npy\n`)[0]).toContain('found both');
  expect(problems('data: [\n')[0]).toContain('expected YAML');
  expect(problems('data: !!js/function "x"\n')[0]).toContain('expected YAML');
  expect(problems('- 1\n')[0]).toContain('expected a mapping');
});

test('formatConfig() writes a configuration that resolves to the same options', () => {
  const config = resolved(`${DATA}preset: girish2021\nrun: { rounds: 3 }\n`);
  const again = resolveConfig(parseConfig(formatConfig(config), '/elsewhere/config.resolved.yaml'), {
    workingDirectory: '/tmp',
  });
  expect(again.rounds).toEqual(config.rounds);
  expect(again.data.known).toBe('/home/case/known');
});

test('configJsonSchema() describes every block and forbids other keys', () => {
  const schema = configJsonSchema() as { properties: Record<string, unknown>; additionalProperties: boolean };
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['run', 'data', 'preset', 'kmeans', 'rounds']),
  );
  expect(schema.additionalProperties).toBe(false);
  expect(parse(JSON.stringify(schema))).toBeTruthy();
});

test('nearestWord() finds near words only', () => {
  expect(nearestWord('epoch', ['epochs', 'seed'])).toBe('epochs');
  expect(nearestWord('banana', ['epochs', 'seed'])).toBeNull();
});

const BACKBONE = (text: string) => `${DATA}extractor: { backbone: ${text} }\n`;

test('a backbone is none by default, one of ours with its defaults, or a model of the user by an absolute path', () => {
  expect(resolved(DATA).rounds[0]?.extractor.backbone).toBeNull();
  expect(resolved(BACKBONE('{}')).rounds[0]?.extractor.backbone).toMatchObject({
    name: 'residual-cnn',
    weights: null,
  });
  expect(resolved(BACKBONE('{ model: net.onnx }')).rounds[0]?.extractor.backbone).toEqual({
    model: '/home/case/net.onnx',
    output: null,
    normalization: 'half',
    inputSize: null,
    layout: null,
    tiles: 16,
  });
  const [first, second] = resolved(BACKBONE('{}')).rounds;
  expect([first?.extractor.backbone, second?.extractor.backbone]).toMatchObject([
    { epochs: 8 },
    { epochs: 4 },
  ]);
  const set = resolved(BACKBONE('{}'), ['extractor.backbone.weights=w.onnx']);
  expect(set.rounds[3]?.extractor.backbone).toMatchObject({ weights: '/tmp/w.onnx' });
});

test('a wrong backbone is refused with its place, by the kind that is meant', () => {
  expect(problems(BACKBONE('{ model: net.onnx, epochs: 3 }'))[0]).toMatch(
    /pipeline\.yaml:4:\d+: extractor\.backbone\.epochs: unknown key "epochs"; the keys here are model, output/,
  );
  expect(problems(BACKBONE('{ epocs: 3 }'))[0]).toContain('did you mean "epochs"?');
  expect(problems(BACKBONE('{ name: resnet }'))[0]).toMatch(
    /extractor\.backbone\.name: .*residual-cnn.*found "resnet"/,
  );
  expect(problems(BACKBONE('{ trainFrom: layer9 }'))[0]).toMatch(
    /trainFrom: expected null, frozen, or a layer of residual-cnn: block1/,
  );
  expect(problems(BACKBONE('{ trainFrom: frozen }'))[0]).toMatch(/weights: expected a file of weights/);
  expect(problems(BACKBONE('{ name: resnet18, patch: 16 }'))[0]).toMatch(
    /patch: expected at least 32 for resnet18, found 16/,
  );
});

test('a backbone needs images, room for its crops, and to be the same in all rounds', () => {
  expect(
    problems('data: { knownFeatures: a.npy, discoveryFeatures: b.npy }\nextractor: { backbone: {} }\n')[0],
  ).toMatch(/extractor\.backbone: expected images in data\.known/);
  expect(problems(BACKBONE('{ patch: 64 }'), ['data.patchSize=32'])[0]).toContain(
    'expected at most data.patchSize, 32',
  );
  const other = 'rounds: { 2: { extractor: { backbone: { name: resnet18 } } } }\n';
  expect(problems(`${BACKBONE('{}')}${other}`)[0]).toContain('expected the same in all rounds');
  const longer = 'rounds: { 2: { extractor: { backbone: { epochs: 3 } } } }\n';
  expect(resolved(`${BACKBONE('{}')}${longer}`).rounds[1]?.extractor.backbone).toMatchObject({ epochs: 3 });
});

test('the published recipe has options for a network that learns, and only for that', () => {
  const trained = resolved(`preset: girish2021\n${BACKBONE('{}')}`).rounds;
  expect(trained[0]?.extractor.backbone).toMatchObject({
    epochs: 50,
    learningRate: 1e-4,
    sampling: 'weighted',
  });
  expect(trained[1]?.extractor.backbone).toMatchObject({ epochs: 100 });
  expect(resolved(`preset: girish2021\n${DATA}`).rounds[0]?.extractor.backbone).toBeNull();
  expect(problems(`preset: girish2021\n${BACKBONE('{ model: net.onnx }')}`)).toEqual([]);
});

test('formatConfig() writes a backbone that resolves to the same options', () => {
  for (const block of ['{}', '{ model: net.onnx }']) {
    const config = resolved(`preset: girish2021\n${BACKBONE(block)}`);
    const again = resolveConfig(parseConfig(formatConfig(config), '/elsewhere/config.resolved.yaml'), {
      workingDirectory: '/tmp',
    });
    expect(again.rounds).toEqual(config.rounds);
  }
});
