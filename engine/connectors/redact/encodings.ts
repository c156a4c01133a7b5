/** Below this many characters a derived form (an encoding, one line of several) would hide too much that is no secret. */
const shortest = 4;
/** A part of a secret shorter than this would hide words of their own. */
const shortestStretch = 6;

/**
 * Every form of `secret` that is looked for, as bytes.
 * `exact` forms are matched as they stand; `wrapped` ones also when line ends were put between their characters (`base64` breaks after 76, `xxd -p` after 60).
 */
export function encodings(secret: string): { readonly exact: readonly Buffer[]; readonly wrapped: readonly Buffer[] } {
  const exact = new Set<string>();
  const wrapped = new Set<string>();
  if (secret.length > 0) exact.add(secret);
  for (const text of new Set([secret, ...lines(secret)])) {
    const bytes = Buffer.from(text);
    for (const form of [text, ...urlForms(text), ...addressForms(text), ...jsonForms(text)]) if (form.length >= shortest) exact.add(form);
    for (const form of [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64Forms(bytes)])
      if (form.length >= shortest) (form.length > 40 ? wrapped : exact).add(form);
  }
  const toBytes = (forms: Set<string>) => [...forms].map((form) => Buffer.from(form));
  return { exact: toBytes(exact), wrapped: toBytes(wrapped) };
}

/** The secret without the line end that a file or a `$( )` adds or drops, and each of its lines. */
function lines(secret: string): string[] {
  return [secret.replace(/[\r\n]+$/, ''), ...secret.split(/\r\n|\r|\n/).map((line) => line.trim())].filter(
    (line) => line.length >= shortest,
  );
}

/** Which characters the common encoders leave alone: RFC 3986, encodeURIComponent, forms, Python's quote, encodeURI, none at all. */
const unescaped = [
  /[A-Za-z0-9\-._~]/,
  /[A-Za-z0-9\-._~!'()*]/,
  /[A-Za-z0-9\-._*]/,
  /[A-Za-z0-9\-._~/]/,
  /[A-Za-z0-9\-._~!'()*;/?:@&=+$,#]/,
  /[^\s\S]/,
];

function urlForms(text: string): string[] {
  const bytes = [...Buffer.from(text)];
  return unescaped.flatMap((safe) =>
    ['%20', '+'].flatMap((space) => {
      const encode = (hex: (byte: string) => string) =>
        bytes.map((byte) => {
          if (byte === 0x20) return space;
          const char = String.fromCharCode(byte);
          return byte < 0x80 && safe.test(char) ? char : `%${hex(byte.toString(16).padStart(2, '0'))}`;
        });
      return [encode((byte) => byte.toUpperCase()).join(''), encode((byte) => byte).join('')];
    }),
  );
}

/**
 * As the parser of URLs writes it: in the path, among the parameters, and as a host, where capitals are lost. A `?`, `#` or `/`
 * in it begins the next part of the address, so each stretch is a form of its own.
 */
function addressForms(text: string): string[] {
  const inPath = (part: string) => new URL(`http://host/-${part}`).pathname.slice(2);
  const inQuery = (part: string) => new URL(`http://host/?-${part}`).search.slice(2);
  const stretches = [text, ...text.split(/[?#]/).filter((part) => part.length >= shortestStretch)];
  const host = /^[a-z0-9.-]{6,}(?=$|[/\\?#]|:\d)/i.exec(text)?.[0] ?? '';
  const rest = text.slice(host.length);
  const asHost = host === host.toLowerCase() ? [] : [host.toLowerCase(), ...(rest.length < shortestStretch ? [] : [inPath(rest)])];
  return [...stretches.flatMap((part) => [inPath(part), inQuery(part)]), ...asHost];
}

/** As JSON.stringify writes it; as encoders that keep to ASCII do; each also with `\/`, as PHP writes. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = (upper: boolean) =>
    plain.replace(/[\u007f-\uffff]/g, (char) => {
      const hex = char.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${upper ? hex.toUpperCase() : hex}`;
    });
  return [plain, ascii(false), ascii(true)].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

/** The characters that the secret alone decides, for each place it can take in a group of three bytes, and the whole with its padding. */
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const cores = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [whole, whole.replace(/=+$/, ''), ...cores].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
