import { readFile } from 'node:fs/promises';
import { describeFailure, InputError } from './input-error.js';

/** A line of a text file, without its line end. */
export interface TextLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Reads a whole text file in UTF-8, without its byte order mark. @throws {InputError} if it cannot be read, or holds a NUL byte. */
export async function readText(file: string, location: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`"${location}" cannot be read: ${describeFailure(error)}`);
  }
  if (text.includes('\0')) throw new InputError(`"${location}" must be a text file, but it holds NUL bytes`);
  return text.replace(/^\uFEFF/, '');
}

/** Splits a text at LF or CRLF; blank lines are left out, line numbers count them. */
export function splitLines(text: string): TextLine[] {
  return text
    .split(/\r?\n/)
    .map((line, i) => ({ text: line, number: i + 1 }))
    .filter(({ text: line }) => line.trim() !== '');
}
