import type { ResolvedConfig } from '@ganscout/pipeline';

/** The positional that names a configuration file. */
export const CONFIG_POSITIONAL = {
  config: { type: 'string', default: 'pipeline.yaml', describe: 'Configuration file' },
} as const;

/** The options that change a configuration. */
export const CONFIG_OPTIONS = {
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    default: [] as string[],
    defaultDescription: 'none',
    describe: 'Set one key, path=value; may be repeated, the last one wins',
  },
  name: { type: 'string', requiresArg: true, describe: 'Name of the run: its directory is runs/NAME' },
} as const;

/**
 * Loads and resolves the configuration that the arguments ask for.
 *
 * @throws {ConfigError} with every problem found.
 */
export async function readConfig(
  { config, set, name }: { config: string; set: readonly string[]; name?: string | undefined },
  workingDirectory: string,
): Promise<ResolvedConfig> {
  const { loadConfig, resolveConfig } = await import('@ganscout/pipeline');
  return resolveConfig(loadConfig(config), {
    settings: set,
    workingDirectory,
    ...(name === undefined ? {} : { name }),
  });
}
