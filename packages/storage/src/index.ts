export {
  AUDIT_FILES,
  AuditDamageError,
  type AuditEntry,
  type AuditLog,
  appendAuditEntry,
  type NewAuditEntry,
  readAuditLog,
} from './audit-log.js';
export {
  digestOf,
  digestOfFile,
  digestOfLists,
  type FileContent,
  readIfThere,
  syncFolder,
  writeDurably,
  writeDurablyFrom,
} from './durable-files.js';
export { FolderLockedError, lockFolder } from './folder-lock.js';
