import type { Json } from '../../runbook/core/json.ts';

/** An output that is longer than 256 KiB is left out whole, so a list gives up its end instead. */
const usual = 240 * 1024;

/** As many of the first as fit into that many bytes of JSON. */
export function fitting<T extends Json>(items: readonly T[], bytes = usual): T[] {
  let left = bytes;
  const end = items.findIndex((item) => {
    left -= Buffer.byteLength(JSON.stringify(item)) + 1;
    return left < 0;
  });
  return items.slice(0, end < 0 ? items.length : end);
}
