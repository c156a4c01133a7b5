/** Reads `198.51.100.7` from bytes that are digits and dots alone. False when it is none. */
export function readIpv4(buffer: Uint8Array, start: number, end: number, into: Int32Array): boolean {
  let address = 0;
  let part = 0;
  let digits = 0;
  let parts = 0;
  for (let at = start; at < end; at++) {
    const byte = buffer[at] ?? 0;
    if (byte === 0x2e) {
      if (digits === 0 || ++parts > 3) return false;
      address = (address << 8) | part;
      part = 0;
      digits = 0;
    } else {
      part = part * 10 + byte - 0x30;
      if (++digits > 3 || part > 255) return false;
    }
  }
  into[0] = (address << 8) | part;
  return parts === 3 && digits > 0;
}

const words16 = new Uint16Array(8);

/** Reads an IPv6 address from bytes that are hexadecimal digits, colons and dots alone. False when it is none; IPv4 inside is not read. */
export function readIpv6(buffer: Uint8Array, start: number, end: number, into: Int32Array): boolean {
  let count = 0;
  let gap = -1;
  let at = start;
  words16.fill(0);
  if (buffer[at] === 0x3a) {
    if (buffer[at + 1] !== 0x3a) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return false;
    let value = 0;
    let digits = 0;
    for (; at < end; at++) {
      const byte = (buffer[at] ?? 0) | 0x20;
      const nibble = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
      if (nibble < 0) break;
      value = value * 16 + nibble;
      if (++digits > 4) return false;
    }
    if (digits === 0) return false;
    words16[count++] = value;
    if (at === end) break;
    if (buffer[at] !== 0x3a) return false;
    at++;
    if (at === end) return false;
    if (buffer[at] === 0x3a) {
      if (gap >= 0) return false;
      gap = count;
      at++;
    }
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  if (gap >= 0) {
    const moved = count - gap;
    words16.copyWithin(8 - moved, gap, count);
    words16.fill(0, gap, 8 - moved);
  }
  for (let index = 0; index < 4; index++) into[index] = ((words16[index * 2] ?? 0) << 16) | (words16[index * 2 + 1] ?? 0);
  return true;
}
