// Compiled from assembly/ by `npm run build:kernels`; not to be edited.

/** The package's kernels, a WebAssembly module in base64. */
export const WASM_BINARY = [
  'AGFzbQEAAAABDgFgCn9/f39/fX19fX0AAhIBA2VudgZtZW1vcnkCAwKAgAQDAgEABwwBCGFkYW1TdGVwAAAKzwEBzAECCHsEfyAE',
  'QQJ0IRUgBf0TIQsgBv0TIQwgB/0TIQ0gCP0TIQ4gCf0TIQ8DQCASIBVJBEAgASASaiIT/QAEACAL/eYBIAMgEmr9AAQAIhAgACAS',
  'aiIU/QAEACIKIA395gH95AEgECAHQwAAAABcGyIQ/eQBIREgAiASaiIE/QAEACAM/eYBIBAgEP3mAf3kASEQIBMgEf0LBAAgBCAQ',
  '/QsEACAUIAogESAQ/eMBIA795gEgD/3kAf3nAf3lAf0LBAAgEkEQaiESDAELCws=',
].join('');
