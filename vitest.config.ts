import { defineConfig } from 'vitest/config';

// The packages' "@ganscout/source" export lets tests run from the sources, with no build.
const conditions = ['@ganscout/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // A slow machine is no failure: time is benchmarked, not tested.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'packages', include: ['packages/*/test/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'workspace', include: ['test/**/*.test.ts'] },
      },
    ],
  },
});
