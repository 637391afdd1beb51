import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from '@ganscout/images';
import { RUN_FILES } from '@ganscout/pipeline';
import type { AuditEntry } from '@ganscout/storage';
import type { FileCheck } from './verify-check.js';

/** The inputs that a case names. */
export interface NamedInputs {
  readonly checks: readonly FileCheck[];
  readonly notes: readonly string[];
}

const CONTENT_ID = /^([0-9a-f]{64})(?:#|$)/;

/**
 * Every input with a digest: of the run, of each add, and what entries name as `inputFiles` in their bodies (SHA-256 by
 * absolute path; features that came from elsewhere).
 *
 * A file that patches were cut from is named once. Inputs that could not be read have no digest and are left out.
 */
export function filesOfInputs(directory: string, entries: readonly AuditEntry[]): NamedInputs {
  const tables = entries.flatMap(({ files }) =>
    Object.keys(files).filter((path) => /^case\/\d+\/images\.csv$/.test(path)),
  );
  const found = [RUN_FILES.inputs, ...tables].map((path) => inputsOfTable(directory, path));
  const named = entries.flatMap(inputsOfEntry);
  const checks = new Map<string, FileCheck>();
  for (const check of [...found.flatMap((inputs) => inputs.checks), ...named]) {
    const key = `${check.file} ${check.digest}`;
    if (!checks.has(key)) checks.set(key, check);
  }
  return { checks: [...checks.values()], notes: found.flatMap(({ notes }) => notes) };
}

function inputsOfTable(directory: string, path: string): NamedInputs {
  const table = join(directory, path);
  if (!existsSync(table)) return { checks: [], notes: [`${path} is not there: its inputs were not checked`] };
  try {
    const { columns, rows } = parseCsv(readFileSync(table, 'utf8'));
    const [id, file, bytes] = ['image_id', 'file', 'bytes'].map((name) => columns.indexOf(name)) as [
      number,
      number,
      number,
    ];
    if (Math.min(id, file, bytes) === -1) {
      return {
        checks: [],
        notes: [`${path} has no columns image_id, file and bytes: its inputs were not checked`],
      };
    }
    // A row of features from elsewhere was never a file: it has no bytes, and its id need not be a digest.
    const checks = rows.flatMap((row): FileCheck[] => {
      const [, digest] = CONTENT_ID.exec(row[id] as string) ?? [];
      if (digest === undefined || row[bytes] === '0') return [];
      return [inputCheck(row[file] as string, digest, `${path} names it`)];
    });
    const others = rows.length - checks.length;
    const note = `${path}: ${others} of ${rows.length} inputs have no digest, as they could not be read or are features from elsewhere`;
    return { checks, notes: others === 0 ? [] : [note] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const by = `cannot be read as a table: ${error.message}`;
    return { checks: [{ kind: 'input', path, file: table, digest: null, by }], notes: [] };
  }
}

function inputsOfEntry({ number, body }: AuditEntry): FileCheck[] {
  const { inputFiles } = (body ?? {}) as { readonly inputFiles?: Readonly<Record<string, string>> };
  return Object.entries(inputFiles ?? {}).map(([file, digest]) =>
    inputCheck(file, digest, `entry ${number} names it`),
  );
}

function inputCheck(file: string, digest: string, by: string): FileCheck {
  return { kind: 'input', path: file, file, digest, by };
}
