/** Rows as a file. https://www.rfc-editor.org/rfc/rfc4180 */

/** A cell that a spreadsheet would compute begins with an apostrophe; a plain number stays one. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[-+]?[\d.]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

export function saveCsv(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const file = `${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.csv`;
  saveText(file, `\ufeff${csv(head, rows)}`);
}

/** Have the browser keep a text as a file. */
export function saveText(file: string, text: string, type = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}
