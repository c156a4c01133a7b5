import { notWorkbook } from './archive.ts';

export interface XmlEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
  /** After each piece of text: here a table may be written. */
  between?(): Promise<void> | undefined;
}

/** Reads XML as it comes; names without their prefix. Entities of a document's own are not known to the parser and end it. */
export async function readXml(pieces: AsyncIterable<string>, file: string, events: XmlEvents): Promise<void> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ position: false });
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('error', (error) => {
    throw notWorkbook(file, error);
  });
  parser.on('opentag', (tag) => {
    const attributes: Record<string, string> = {};
    for (const [name, value] of Object.entries(tag.attributes)) attributes[local(name)] = String(value);
    events.open?.(local(tag.name), attributes);
  });
  parser.on('closetag', (tag) => events.close?.(local(tag.name)));
  parser.on('text', (text) => events.text?.(text));
  parser.on('cdata', (text) => events.text?.(text));
  for await (const piece of pieces) {
    if (piece !== '') parser.write(piece);
    await events.between?.();
  }
  parser.close();
}
