import { type Entity, entitiesIn } from './entities.ts';

/** A part of a sentence that can name one action. */
export interface Clause {
  /** Without what stands before the verb. */
  readonly text: string;
  readonly entities: readonly Entity[];
}

const starts =
  "block|unblock|ban|unban|deny|drop|blacklist|blocklist|whitelist|allow|isolate|un-?isolate|release|reconnect|quarantine|un-?quarantine|contain|disconnect|cut|notify|alert|tell|inform|warn|e-?mail|page|message|ping|send|post|escalate|let|investigate|collect|gather|preserve|capture|check|look|lookup|enrich|hunt|search|scan|sweep|find|grep|reset|rotate|change|force|expire|deploy|apply|push|roll ?out|install|map|tag|import|load|read|ingest|parse|export|save|write|store|dump|convert|turn|analy[sz]e|compute|calculate|summari[sz]e|describe|detect|classify|categori[sz]e|label|validate|verify|assess|measure|profile|report|generate|create|build|produce|make|wait|copy|move|fetch|get|download|upload|query|call|request|run|execute|start|add|put|remove|lift|take|restore|join|transform|filter|keep|select|show|spot|is|see|examine|inspect|triage|forensic|do|perform|conduct|don[’']?t|do not|never|have a look";

/** `and`, `then`, a comma or the end of a sentence, where a verb follows. */
const border = new RegExp(
  `(?:\\s*[,;]\\s*|\\s*[.!?]\\s+|\\s+)(?:(?:(?:and|then|after that|afterwards|next|finally|also|as well as|plus|but)\\b|[&+])[\\s,]*)+(?:please\\s+|also\\s+|then\\s+)*(?=(?:${starts})\\b)|(?:\\s*[,;]\\s*|\\s*[.!?]\\s+)(?=(?:${starts})\\b)`,
  'gi',
);

/** The parts of a sentence, in order; quotes and everything that is an entity stay whole. */
export function clausesOf(text: string): Clause[] {
  const entities = entitiesIn(text);
  const cuts: { at: number; end: number }[] = [];
  for (const match of text.matchAll(border)) {
    const end = match.index + match[0].length;
    if (entities.some((entity) => entity.at < end && entity.end > match.index)) continue;
    cuts.push({ at: match.index, end });
  }
  const clauses: Clause[] = [];
  let from = 0;
  for (const { at, end } of [...cuts, { at: text.length, end: text.length }]) {
    const part = text.slice(from, at);
    if (part.trim() !== '') {
      const start = from;
      clauses.push({
        text: part,
        entities: entities
          .filter((entity) => entity.at >= start && entity.end <= at)
          .map((entity) => ({ ...entity, at: entity.at - start, end: entity.end - start })),
      });
    }
    from = end;
  }
  return clauses;
}
