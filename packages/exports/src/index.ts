export { exportCase } from './export-case.js';
export {
  type CaseExport,
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportSettings,
  LINK_KINDS,
  type LinkKind,
  MOST_POINTS,
} from './export-settings.js';
