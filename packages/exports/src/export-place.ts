import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdsRun, RunExistsError } from '@ganscout/pipeline';
import { AUDIT_FILES } from '@ganscout/storage';

/**
 * Nothing of a case or a run is ever written over: its tables have the same names.
 *
 * @throws {RunExistsError} if the folder holds a run, or other files and `force` is not given, or is no folder.
 */
export function demandPlace(output: string, force: boolean): void {
  if (!existsSync(output)) return;
  if (!statSync(output).isDirectory()) {
    throw new RunExistsError(output, `${output} is a file; name a folder for the export`);
  }
  if (holdsRun(output) || existsSync(join(output, AUDIT_FILES.log))) {
    throw new RunExistsError(output, `${output} holds a run; export into a folder of its own`);
  }
  if (!force && readdirSync(output).length > 0) {
    throw new RunExistsError(
      output,
      `${output} is not empty; name another folder, or replace an earlier export (--force)`,
    );
  }
}
