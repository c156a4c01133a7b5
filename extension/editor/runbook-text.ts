/** Does the text of a YAML file begin as a runbook does, behind comments, blank lines and a document mark? */
export function isRunbookText(text: string): boolean {
  const first = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .find((line) => line.trim() !== '' && !/^\s*#/.test(line) && !/^(?:---|%)/.test(line));
  return first !== undefined && /^(?:runbook|"runbook"|'runbook')\s*:\s*["']?v\d+["']?\s*(?:#.*)?$/.test(first);
}
