import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CaseView, openCaseView } from '@ganscout/cases';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rateCurves } from '../../src/figures/rate-curves.js';
import type { RateCurve } from '../../src/report-data.js';
import { plantRun } from './planted-run.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let run: string;
let view: CaseView;
let curves: RateCurve[];
beforeAll(async () => {
  run = await plantRun();
  view = await openCaseView(run);
  curves = rateCurves(view);
});
afterAll(() => rmSync(dirname(run), { recursive: true }));

function trapezoids({ x, y }: RateCurve): number {
  return x.reduce((sum, value, i) => {
    if (i === 0) return sum;
    return sum + ((value - (x[i - 1] as number)) * ((y[i] as number) + (y[i - 1] as number))) / 2;
  }, 0);
}

describe('rateCurves()', () => {
  it('has the areas that the run was scored with', () => {
    const figures = view.summary.final?.figures;
    const [roc, oscr] = curves as [RateCurve, RateCurve];
    expect(figures?.auroc).toBeGreaterThan(0.8);
    expect(figures?.auroc).toBeLessThan(0.999);
    expect(figures?.oscr).toBeLessThan(figures?.auroc as number);
    expect(roc.area).toBe(`AUROC ${figures?.auroc?.toFixed(3)}`);
    expect(oscr.area).toBe(`OSCR ${figures?.oscr?.toFixed(3)}`);
    expect(Math.abs(trapezoids(roc) - (figures?.auroc as number))).toBeLessThan(1e-3);
    expect(Math.abs(trapezoids(oscr) - (figures?.oscr as number))).toBeLessThan(1e-3);
  });

  it('says which images it is made from', () => {
    for (const { note } of curves) {
      expect(note).toContain('Made from 90 images of known sources and 58 images of unknown ones.');
      expect(note).toContain('2 images left out');
    }
  });

  it('is not there without truth, nor with images of one side only', () => {
    expect(rateCurves({ ...view, truth: null })).toStrictEqual([]);
    const oneSided = view.truth?.map((source) => (source === 'anna' ? source : null)) ?? null;
    expect(rateCurves({ ...view, truth: oneSided })).toStrictEqual([]);
  });
});
