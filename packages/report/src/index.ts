export { escapeHtml } from './page/escape-html.js';
export { type PageContent, renderPage } from './page/render-page.js';
export { renderReport } from './page/render-report.js';
export type { ReportData } from './report-data.js';
export { reportFile, type WriteReportSettings, type WrittenReport, writeReport } from './write-report.js';
