/** Joins as the runbook's platform does, told by the folder; `.` and `..` are taken out so that the path shown is the path used. */
export function joinPath(folder: string, path: string): string {
  const windows = /^[A-Za-z]:[\\/]|^\\\\/.test(folder);
  const separator = windows ? '\\' : '/';
  const split = (text: string) => text.split(windows ? /[\\/]/ : '/');
  const absolute = windows ? /^[A-Za-z]:[\\/]|^[\\/]{2}/.test(path) : path.startsWith('/');
  const segments: string[] = [];
  const [root = '', ...rest] = absolute ? split(path) : [...split(folder), ...split(path)];
  for (const segment of rest) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `${root}${separator}${segments.join(separator)}`;
}
