import type { ReportData } from '../report-data.js';
import { clusterSection, curveSection, histogramSection } from './curve-section.js';
import { heatMap } from './heat-map.js';
import { mapSection } from './map-section.js';
import { paragraphs } from './markup.js';
import { readPageAsset } from './page-assets.js';
import { renderPage } from './render-page.js';
import { roundSection } from './round-section.js';
import { sourceSection } from './source-section.js';
import {
  figureSection,
  headlineSection,
  issueSection,
  leftOutSection,
  provenanceSection,
} from './summary-sections.js';

const STYLES = ['report.css', 'maps.css', 'sources.css'] as const;
const SCRIPTS = ['map-points.js', 'point-map.js', 'report.js'] as const;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: string;
}

/**
 * Draws the report of a run as one page: a file that needs no other, opens from disk and asks for nothing outside.
 *
 * Every text of `data` is taken as plain text and escaped. What is missing (truth, images, sources) is said in words where
 * it would stand. The same data gives the same bytes.
 *
 * Cost: about the size of the page in memory, three times.
 */
export function renderReport(data: ReportData): string {
  const sections: readonly Section[] = [
    { id: 'result', title: 'What was found', content: headlineSection(data) },
    { id: 'figures', title: 'Figures at the end', content: figureSection(data) },
    { id: 'rounds', title: 'By round', content: roundSection(data) },
    { id: 'clusters', title: 'Discovered sources by size', content: clusterSection(data) },
    { id: 'map', title: 'Maps', content: mapSection(data) },
    { id: 'confusion', title: 'Sources found against the truth', content: confusionSection(data) },
    { id: 'scores', title: 'Scores and thresholds', content: histogramSection(data.histograms) },
    { id: 'curves', title: 'Detection curves', content: curveSection(data) },
    { id: 'sources', title: 'Sources', content: sourceSection(data) },
    { id: 'issues', title: 'What to look at', content: issueSection(data.issues) },
    { id: 'provenance', title: 'How this run was made', content: provenanceSection(data) },
    { id: 'left-out', title: 'Left out of this page', content: leftOutSection(data) },
  ];
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  return renderPage({
    title: data.title,
    kind: 'ganscout report',
    header: `<nav aria-label="Parts of this report">\n<ul>\n${links.join('\n')}\n</ul>\n</nav>`,
    body: sections.map(formatSection).join('\n'),
    styles: STYLES.map(readPageAsset).join(''),
    script: `\n${SCRIPTS.map(readPageAsset).join('')}`,
  });
}

function formatSection({ id, title, content }: Section): string {
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

function confusionSection({ confusion, hasTruth }: ReportData): string {
  if (confusion !== null) return heatMap(confusion);
  return paragraphs([
    hasTruth
      ? 'No image has both a true source and one that was found.'
      : 'Without ground truth there is nothing to hold the sources against.',
  ]);
}
