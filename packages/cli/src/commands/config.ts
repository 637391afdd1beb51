import { type CommandGroup, defineCommand } from '../command.js';
import { CONFIG_OPTIONS, CONFIG_POSITIONAL, readConfig } from '../config-arguments.js';
import { EXIT } from '../exit-codes.js';

const showCommand = defineCommand({
  usage: 'show [config]',
  summary: 'Print the configuration with nothing left open, as YAML',
  positionals: CONFIG_POSITIONAL,
  options: CONFIG_OPTIONS,
  examples: [['ganscout config show --set preset=girish2021', 'every value of the published recipe']],
  exitCodes: [EXIT.done],
  async run(values, shell) {
    const config = await readConfig(values, shell.workingDirectory);
    const { formatConfig } = await import('@ganscout/pipeline');
    shell.stdout.write(formatConfig(config));
    return EXIT.done;
  },
});

const schemaCommand = defineCommand({
  usage: 'schema',
  summary: 'Print the JSON Schema of a configuration, for editors',
  positionals: {},
  options: {},
  examples: [['ganscout config schema > pipeline.schema.json', 'save it']],
  exitCodes: [EXIT.done],
  async run(_, shell) {
    const { configJsonSchema } = await import('@ganscout/pipeline');
    shell.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return EXIT.done;
  },
});

/** `ganscout config`: looks at configurations. */
export const configCommand: CommandGroup = {
  usage: 'config',
  summary: 'Show a configuration, or its schema',
  commands: [showCommand, schemaCommand],
};
