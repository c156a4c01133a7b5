/** Patterns of ssh_config and known_hosts: `*` and `?`; letters of either case. Without backtracking, as the pattern may be anybody's. */
export function matchesPattern(text: string, pattern: string): boolean {
  const given = text.toLowerCase();
  const wanted = pattern.toLowerCase();
  let at = 0;
  let of = 0;
  let star = -1;
  let from = 0;
  while (at < given.length) {
    if (wanted[of] === '*') {
      star = of++;
      from = at;
    } else if (of < wanted.length && (wanted[of] === '?' || wanted[of] === given[at])) {
      of++;
      at++;
    } else if (star >= 0) {
      of = star + 1;
      at = ++from;
    } else return false;
  }
  while (wanted[of] === '*') of++;
  return of === wanted.length;
}
