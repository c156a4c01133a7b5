export type Intent = 'question' | 'action' | 'edit';

const asks =
  /^(?:why|what|what's|whats|how|when|where|which|who|is|are|was|were|does|do|did|can (?:i|it|this)|could (?:i|it|this)|should|explain|describe|tell (?:me|us)|show|list|summari[sz]e|help|analy[sz]e)\b|\?\s*$/i;
const polite =
  /^(?:please|kindly|now|ok(?:ay)?|then|so|hey|can you|could you|would you|will you|i want you to|i'd like you to|i need you to|let's|go ahead and)[\s,]+/i;
const edits =
  /^(?:add|change|edit|rename|remove|delete|insert|replace|rewrite|refactor|fix|correct|set|update|move|extract|format|write|make)\b/i;
const editObjects =
  /\b(?:runbook|workflow|step|input|output|timeout|retry|approval|gate|undo|description|yaml|file|line|env|variable|secret|risk|verify|typo)s?\b/i;
const acts =
  /^(?:re-?run|run|start|execute|launch|trigger|perform|stop|cancel|abort|retry|resume|pause|approve|reject|deny|confirm|accept|block|unblock|isolate|restart|deploy|kill|disable|enable|delete|remove|send|notify|alert|investigate|quarantine|scan|roll ?back|undo)\b/i;

/** Begins like a question or ends like one, and is no request in the clothes of one: "Can you run it?" */
export const isExplicitQuestion = (text: string): boolean => asks.test(bodyOf(text));

/** What a sentence wants. Words alone decide: a sentence that could mean more than one thing is a question, which does nothing. */
export function intentOf(text: string): Intent {
  const body = bodyOf(text);
  if (asks.test(body)) return 'question';
  if (edits.test(body) && editObjects.test(body)) return 'edit';
  if (acts.test(body)) return 'action';
  return edits.test(body) && /^(?:fix|correct)\b/i.test(body) ? 'edit' : 'question';
}

/** Consent in words, which is none: only a person's answer to the exact question, given outside the chat, counts. */
export const isApprovalTalk = (text: string): boolean =>
  /^\s*(?:please\s+)?(?:(?:i|we)\s+(?:hereby\s+|do\s+)?)?(?:approve|reject|deny|confirm|accept|yes,? (?:run|do|approve)|go ahead)\b/i.test(
    text,
  );

/** Without what only makes it polite. */
function bodyOf(text: string): string {
  let sentence = text.trim();
  let asked = false;
  for (let before = ''; before !== sentence; ) {
    before = sentence;
    sentence = sentence.replace(polite, '');
    asked ||= /^(?:can|could|would|will) you\b/i.test(before);
  }
  // "Can you run it?" is a request in spite of its question mark.
  return asked ? sentence.replace(/\?\s*$/, '') : sentence;
}
