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
  syncFolder,
  writeDurably,
} from './durable-files.js';
export { FolderLockedError, lockFolder } from './folder-lock.js';
