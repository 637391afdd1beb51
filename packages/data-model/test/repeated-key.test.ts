import { expect, it } from 'vitest';
import { repeatedKey } from '../src/repeated-key.js';

it.each([
  ['{}', null],
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 2}]}', null],
  ['["a", "a"]', null],
  ['{"a": "a", "b": "a:"}', null],
  ['{"a\\"": 1, "a": 2, "\\\\": 3}', null],
  ['{"a": 1, "b": 2, "a": 3}', 'a'],
  ['{"a" : 1, "\\u0061"\n: 2}', 'a'],
  ['[{"x": {"b": 1, "b": 2}}]', 'b'],
  ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
])('repeatedKey() of %s is %s', (json, key) => {
  expect(repeatedKey(json)).toBe(key);
  JSON.parse(json);
});
