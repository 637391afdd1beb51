import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Puts the images below a folder in its place. */
export async function expandFolders(paths: readonly string[], workingDirectory: string): Promise<string[]> {
  const { listDiscoveryImages } = await import('@ganscout/images');
  const expanded: string[] = [];
  for (const path of paths) {
    const found = await stat(resolve(workingDirectory, path)).catch(() => null);
    if (found?.isDirectory()) {
      const { entries } = await listDiscoveryImages(path, { baseDirectory: workingDirectory });
      for (const entry of entries) expanded.push(entry.path);
    } else {
      expanded.push(path);
    }
  }
  return expanded;
}
