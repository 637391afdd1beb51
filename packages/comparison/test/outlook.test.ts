import { describe, expect, it } from 'vitest';
import { type BenchEvent, Outlook } from '../src/outlook.js';

describe('Outlook', () => {
  it('estimates what is left by cells of the same pace, or by all', () => {
    const events: BenchEvent[] = [];
    const outlook = new Outlook(['slow', 'quick', 'slow', 'quick', 'other'], (event) => events.push(event));
    expect(outlook.secondsLeft()).toBeNull();
    outlook.finish('one', 'slow', 10, false);
    // Nothing else is known: 10 for each of the four.
    expect(outlook.secondsLeft()).toBe(40);
    outlook.finish('two', 'quick', 1, false);
    // Slow 10, quick 1, other (10 + 1) / 2.
    expect(outlook.secondsLeft()).toBe(16.5);
    expect(events.at(-1)).toMatchObject({ title: 'two', done: 2, total: 5, secondsLeft: 16.5 });
  });

  it('counts cells that were done before, and says nothing of them', () => {
    const events: BenchEvent[] = [];
    const outlook = new Outlook(['slow', 'slow'], (event) => events.push(event));
    outlook.finish('one', 'slow', null, true);
    expect(events).toEqual([]);
    outlook.begin('two');
    expect(events).toMatchObject([{ done: 1, total: 2, secondsLeft: null }]);
  });
});
