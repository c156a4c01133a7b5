/** Verbs of requests, by the forms that are not made of their own letters: "We need it put on the list". */
const irregular: Readonly<Record<string, string>> = { cut: 'cut', put: 'put', reset: 'reset', sent: 'send', taken: 'take', told: 'tell' };
const verbs =
  'block|unblock|ban|unban|deny|drop|blacklist|isolate|release|reconnect|quarantine|contain|disconnect|notify|alert|inform|warn|investigate|examine|inspect|triage|rotate|expire|deploy|import|export|enrich|analyze|analyse|copy|restore'.split(
    '|',
  );
const past = (verb: string): string =>
  verb.endsWith('e')
    ? `${verb}d`
    : /[^aeiou]y$/.test(verb)
      ? `${verb.slice(0, -1)}ied`
      : /^(?:un)?ban$|^drop$/.test(verb)
        ? `${verb}${verb.at(-1)}ed`
        : `${verb}ed`;
const going = (verb: string): string =>
  verb.endsWith('e') ? `${verb.slice(0, -1)}ing` : /^(?:un)?ban$|^drop$/.test(verb) ? `${verb}${verb.at(-1)}ing` : `${verb}ing`;
const byPast: ReadonlyMap<string, string> = new Map([
  ...Object.entries(irregular),
  ...verbs.map((verb): [string, string] => [past(verb), verb]),
]);
const byGoing: ReadonlyMap<string, string> = new Map(
  [...verbs, 'reset', 'cut', 'send', 'tell', 'put'].map((verb): [string, string] => [
    /^(?:reset|cut|put)$/.test(verb) ? `${verb}ting` : going(verb),
    verb,
  ]),
);
const pastForms = [...byPast.keys()].join('|');
const goingForms = [...byGoing.keys()].join('|');

/** "We need X blocked", "get X blocked", "I would like X to be blocked", "X must be blocked": the thing stands before the verb. */
const passive = new RegExp(
  `^(?<before>\\s*(?:please\\s+)?)(?:(?:we|i)(?:'d| would| do)?\\s+(?:need|want|like)(?:\\s+to\\s+(?:have|get|see))?|(?:can|could) (?:we|i) (?:get|have)|get|have)\\s+(?<thing>[^,;]{1,200}?)\\s+(?:to\\s+be\\s+)?(?<verb>${pastForms})\\b`,
  'i',
);
const must = new RegExp(
  `^(?<before>\\s*(?:please\\s+)?)(?<thing>[^,;?]{1,200}?)\\s+(?:should|must|needs? to|has to|have to|ought to)\\s+be\\s+(?:immediately\\s+|now\\s+)?(?<verb>${pastForms})\\b(?!.*\\?\\s*$)`,
  'i',
);
/** "Blocking X would be great", "how about blocking X", "I suggest blocking X". */
const gerund = new RegExp(
  `^(?<before>\\s*)(?:(?:how|what) about|i (?:suggest|propose|recommend)|we suggest|consider|start|begin)\\s+(?<verb>${goingForms})\\b|^(?<before2>\\s*)(?<verb2>${goingForms})\\b(?=.*\\bwould be\\b)`,
  'i',
);
const stopping: Readonly<Record<string, string>> = {
  blocking: 'unblock',
  banning: 'unblock',
  isolating: 'release',
  quarantining: 'release',
};
const stop = new RegExp(`\\b(?:stop|quit|cease|no longer)\\s+(?<verb>${Object.keys(stopping).join('|')})\\b`, 'gi');

const questions = /^\s*(?:should|shall|must|why|what|when|which|who|is|are|was|were|does|do|did)\b/i;

/** A request in other clothes as the imperative that it is; any other sentence as it came. */
export function imperative(sentence: string): string {
  const text = sentence.replace(stop, (_whole, verb: string) => stopping[verb.toLowerCase()] ?? verb);
  const found = questions.test(text) ? null : (passive.exec(text) ?? must.exec(text));
  if (found?.groups !== undefined) {
    const { before = '', thing = '', verb = '' } = found.groups;
    // "X must not be blocked" asks for nothing.
    if (!/\b(?:not|never|nothing|nobody)\b/i.test(thing))
      return `${before}${byPast.get(verb.toLowerCase()) ?? verb} ${thing}${text.slice(found[0].length)}`;
  }
  const doing = gerund.exec(text);
  if (doing?.groups === undefined) return text;
  const verb = doing.groups.verb ?? doing.groups.verb2 ?? '';
  return `${byGoing.get(verb.toLowerCase()) ?? verb}${text.slice(doing[0].length).replace(/\s+would be\b.*$/i, '')}`;
}

const refusal =
  /\b(?:don[’']?t|do not|does not|never|must ?n[o’']t|must not|should not|shouldn[’']?t|shall not|may not|cannot|can not|can[’']?t|won[’']?t|will not|no ?body|no one|nor|not to|no need to|needn[’']?t|need not|without|avoid|refrain from|instead of|rather than)(?:\s+(?:should|may|must|shall|ever|even|you|yet|have|to|want(?:s)? (?:you )?to|let (?:it|them|anyone))){0,3}\s*$/i;

/** Whether the words right before a verb say that it is not wanted. */
export const isRefused = (before: string): boolean => refusal.test(before.slice(-80));

const startVerbs = [
  'block',
  'unblock',
  'isolate',
  'quarantine',
  'investigate',
  'notify',
  'alert',
  'release',
  'reset',
  'deploy',
  'contain',
  'disconnect',
  'import',
  'export',
];
/** Words that are right as they are, near to a verb as they may be. */
const words =
  /^(?:b?lock|clock|flock|black|alter|avert|alters|rest|resent|preset|beset|employ|impart|expert|expect|obtain|content|realise|.*(?:s|ed|ing))$/i;

/** Mends one slip of the pen in a clause's first word, where it can only mean one verb. */
export function mended(clause: string): string {
  const found = /^(\s*(?:(?:please|pls|now|then|and)\s+)*)([a-z]{4,14})\b/i.exec(clause);
  const [, before = '', word = ''] = found ?? [];
  if (word === '' || words.test(word)) return clause;
  const near = startVerbs.filter((verb) => oneSlip(word.toLowerCase(), verb));
  return near.length === 1 ? `${before}${near[0]}${clause.slice(before.length + word.length)}` : clause;
}

/** One letter too many, too few, wrong, or two exchanged. */
function oneSlip(given: string, meant: string): boolean {
  if (given === meant || Math.abs(given.length - meant.length) > 1) return false;
  let at = 0;
  while (at < given.length && given[at] === meant[at]) at++;
  const [rest, wanted] = [given.slice(at), meant.slice(at)];
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (rest.slice(2) === wanted.slice(2) && rest[0] === wanted[1] && rest[1] === wanted[0])
  );
}

const told =
  /^\s*(?:(?:and|but|so|well|today|yesterday)[\s,]+)*(?:(?:some(?:one|body)|he|she|they|it|(?:the|a|our|my|his|her)\s+(?:[\w-]+\s+)?(?:user|ticket|alert|customer|boss|mail|e-?mail|message|report|runbook|manager|team|colleague|documentation|log|page|note|step)s?)\s+(?:has\s+|have\s+|had\s+|just\s+|also\s+)*(?:asked|asks|told|tells|said|says|wrote|writes|reads|mentioned|mentions|suggested|suggests|claims|claimed|ordered|orders)|i\s+(?:was|have been|got)\s+(?:asked|told))\b/i;
const wondering =
  /^\s*i(?:'m| am)?\s+(?:wonder(?:ing)?|not sure|unsure|doubt|asked myself|thinking about)\b|^\s*(?:maybe|perhaps)\s+(?:we|i|you)\s+(?:should|could|might)\b/i;
/** A condition of the future: nobody watches for it. "If possible" and the like are only manners. */
const someday =
  /^\s*(?:if|unless|whenever|as soon as|in case)\s+(?!(?:possible|needed|necessary|you (?:can|could|would|like|don't mind|please)|that works|it(?:'s| is) (?:ok|okay|fine|possible))\b)/i;
/** Asks for reasons, ways or people: never a wish that something be done. */
const asksFor = /^\s*(?:why|how(?! about)|when|who|whose|where)\b/i;

/** What others said, doubts, conditions and questions for reasons: understood, and no request, whatever verbs are in it. */
export const isNoRequest = (sentence: string): boolean =>
  told.test(sentence) || wondering.test(sentence) || someday.test(sentence) || (asksFor.test(sentence) && !/[?!.;]\s+\w/.test(sentence));
