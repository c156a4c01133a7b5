import type { JsonObject } from './json.ts';

/** What happens next is decided by the class: only network, timeout, rate-limit and server-error are worth a retry by default. */
export const errorClasses = [
  'network',
  'timeout',
  'auth',
  'not-found',
  'rate-limit',
  'server-error',
  'permission',
  'exit',
  'invalid-input',
  'cancelled',
  'unknown',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** An error as people and programs get it: one sentence that says what, one that says what to do. */
export interface Problem {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly remedy: string;
  /** For programs: what a client can act on, such as the outputs a step lacks. */
  readonly data?: JsonObject;
}

interface Entry {
  readonly class: ErrorClass;
  /** `{name}` is replaced by the argument of that name. */
  readonly message: string;
  readonly remedy: string;
}

/** The catalogue: every error that reaches a person, by code. */
export const catalogue = {
  'file-missing': {
    class: 'not-found',
    message: 'There is no file {file}.',
    remedy: 'Check the path; it is taken from the current folder.',
  },
  'runbook-invalid': {
    class: 'invalid-input',
    message: '{file} has {count} that must be mended before it can run: {first}',
    remedy: 'Run `runwright validate {file}` or open it in the editor to see each problem at its place.',
  },
  'input-unknown': { class: 'invalid-input', message: 'The runbook has no input named {input}.', remedy: 'Its inputs are: {known}.' },
  'input-missing': {
    class: 'invalid-input',
    message: 'The input {input} is required and was not given.',
    remedy: 'Give it, for example `--input {input}={example}`.',
  },
  'input-wrong': { class: 'invalid-input', message: 'The input {input} was given as {given}.', remedy: 'It must be {allowed}.' },
  'duration-wrong': {
    class: 'invalid-input',
    message: 'The duration {given} {why}.',
    remedy: 'Write a number with a unit, such as 30s, 5m or 1h30m.',
  },
  'run-unknown': { class: 'not-found', message: 'There is no run {run}.', remedy: '`runwright runs` lists the runs that exist.' },
  'step-unknown': { class: 'not-found', message: '{where} has no step {step}.', remedy: 'Its steps are: {known}.' },
  'approval-none': {
    class: 'invalid-input',
    message: 'The step {step} of run {run} is not waiting for an answer.',
    remedy: '`runwright show {run}` tells where the run stands.',
  },
  'approval-stale': {
    class: 'invalid-input',
    message: 'What the step {step} would run is not what was shown.',
    remedy: 'Look at the question again and answer that one.',
  },
  'approval-rejected': {
    class: 'permission',
    message: '{by} rejected the step {step}.',
    remedy: 'Ask {by} for the reason, then run again.',
  },
  'approval-expired': {
    class: 'permission',
    message: 'Nobody answered for the step {step} in time, so it counts as rejected.',
    remedy: 'Run again, and answer sooner or raise the time limit of `approve`.',
  },
  'folder-untrusted': {
    class: 'permission',
    message: 'The folder {folder} is not trusted, so nothing in it is run.',
    remedy: 'Trust the workspace in the editor, or run `runwright trust {folder}`.',
  },
  'scope-missing': {
    class: 'permission',
    message: 'This client may not {scope}.',
    remedy: 'Answer in the editor or with `runwright {scope}` at a terminal.',
  },
  'secret-missing': {
    class: 'invalid-input',
    message: 'The secret {secret} has no value.',
    remedy: 'Enter it with `runwright secrets set {secret}` or "Runwright: Set Secret".',
  },
  'secrets-locked': {
    class: 'permission',
    message: 'The secret store cannot be opened: {why}.',
    remedy:
      'Give it back the key it was made with (CREDENTIAL_ENCRYPTION_KEY, or secrets.key in the state folder, mode 600), or remove secrets.json and enter the secrets again.',
  },
  'secret-name': {
    class: 'invalid-input',
    message: 'A secret cannot be named {secret}.',
    remedy: 'A name starts with a letter or _ and has letters, digits, _ and -, at most 128.',
  },
  'secret-short': {
    class: 'invalid-input',
    message: 'The secret {secret} has fewer than 6 characters and could not be hidden in outputs.',
    remedy: 'Use a longer value, or confirm a short one with --allow-short.',
  },
  'expression-failed': {
    class: 'invalid-input',
    message: '{where}: the expression `{expression}` failed: {why}',
    remedy: 'Correct the expression; hover over it for what it may refer to.',
  },
  'env-nul': {
    class: 'invalid-input',
    message: '{where}: the value of {name} holds a NUL, which no environment can.',
    remedy: 'Take it out of the value.',
  },
  'text-malformed': {
    class: 'invalid-input',
    message: '{where}: a value holds half a character (a lone surrogate) and has no form as text.',
    remedy: 'Mend the value where it comes from.',
  },
  'action-unknown': {
    class: 'invalid-input',
    message: 'There is no action {action}.',
    remedy: '`runwright actions list` shows those that exist.',
  },
  'action-input': { class: 'invalid-input', message: '{action}: {why}', remedy: 'Correct `with:`; hover over the action for its inputs.' },
  'exit-code': { class: 'exit', message: 'The script ended with exit code {code}.', remedy: 'See the end of its output for the reason.' },
  'killed-by-signal': {
    class: 'exit',
    message: 'The script was ended by signal {signal}.',
    remedy: 'See the end of its output, and what else happened on the machine at that time.',
  },
  'shell-missing': {
    class: 'not-found',
    message: 'The program {program} that should run the script could not be started: {why}.',
    remedy: 'Install it on the target or set `shell:` to one that is there.',
  },
  'folder-missing': {
    class: 'not-found',
    message: 'The working directory {folder} does not exist.',
    remedy: 'Create it first or correct `working-directory`.',
  },
  'step-timeout': {
    class: 'timeout',
    message: 'The step was stopped after its time limit of {timeout}.',
    remedy: 'Find out why it took so long, or raise `timeout`.',
  },
  'step-cancelled': { class: 'cancelled', message: 'The step was cancelled.', remedy: 'Run it again when it should go on.' },
  'output-too-large': {
    class: 'invalid-input',
    message: '{what} is longer than {limit}.',
    remedy: 'Write it to a file and pass the path on, or shorten it.',
  },
  'http-status': {
    class: 'server-error',
    message: '{method} {url} was answered with {status}.',
    remedy: 'See the body of the answer for the reason.',
  },
  'http-failed': {
    class: 'network',
    message: '{method} {url} failed: {why}.',
    remedy: 'Check that the address is right and the server is up.',
  },
  'supervisor-lost': {
    class: 'unknown',
    message: 'The process that watched the script was ended from outside, and the script with it; how far it had come is not known.',
    remedy: 'Find out whether it took effect, then run it again.',
  },
  'outcome-unknown': {
    class: 'unknown',
    message: 'The engine ended while this step ran, and what became of it is not known.',
    remedy: 'Find out whether it took effect, then answer succeeded, failed or repeat.',
  },
  'engine-unreachable': {
    class: 'network',
    message: 'The engine cannot be reached: {why}.',
    remedy: '`runwright engine status` tells more; it is started again by the next command.',
  },
  'engine-draining': {
    class: 'server-error',
    message: 'The engine of version {version} is being replaced and still finishes what runs in it.',
    remedy: 'Try again in a moment, or stop it with `runwright engine stop`.',
  },
  'engine-other-version': {
    class: 'invalid-input',
    message: 'The engine that is running speaks protocol {theirs}, this client {ours}.',
    remedy: 'Update the older one, or stop the engine with `runwright engine stop`.',
  },
  'state-folder': {
    class: 'permission',
    message: 'The state folder {folder} cannot be used: {why}.',
    remedy: 'Make it writable, or set RUNWRIGHT_STATE to a folder on a local disk.',
  },
  'flags-wrong': { class: 'invalid-input', message: '{why}', remedy: 'See `runwright {verb}--help`.' },
  'file-unreadable': {
    class: 'permission',
    message: '{file} cannot be read: {why}.',
    remedy: 'Give the path of a file that you may read.',
  },
  'secret-unknown': {
    class: 'not-found',
    message: 'There is no secret {secret}.',
    remedy: '`runwright secrets list` shows those that exist.',
  },
  'node-old': {
    class: 'invalid-input',
    message: 'Node {version} is too old: Runwright needs Node 24.',
    remedy: 'Install Node 24 or newer.',
  },
  'engine-running': {
    class: 'invalid-input',
    message: 'Another engine already uses the state folder {folder}.',
    remedy: 'Use that one, or stop it with `runwright engine stop`.',
  },
  'journal-newer': {
    class: 'invalid-input',
    message: 'The journal in {folder} was written by a newer version (schema {theirs}; this one knows {ours}).',
    remedy: 'Update Runwright.',
  },
  'journal-broken': {
    class: 'unknown',
    message: 'The journal in {folder} cannot be read: {why}.',
    remedy: 'It is left as it is: put journal.db back from a backup, or move it away and a new one is begun.',
  },
  'journal-damaged': {
    class: 'unknown',
    message: 'The journal of run {run} does not fit together: {why}.',
    remedy: 'Nothing of it is run any more; `runwright audit verify` shows what is damaged.',
  },
  'step-needs': {
    class: 'invalid-input',
    message: 'The step {step} refers to {needs}, and no earlier run of this file has them.',
    remedy: 'Run the runbook once, or give these values.',
  },
  'secret-changed': {
    class: 'invalid-input',
    message: 'The secret {secret} was changed after this run started.',
    remedy: 'Start a new run, which takes the new value.',
  },
  'connector-missing': {
    class: 'invalid-input',
    message: 'Nothing here can run a step on the target {target}.',
    remedy: 'Correct `target:`.',
  },
  'request-invalid': {
    class: 'invalid-input',
    message: 'The request is not valid: {why}.',
    remedy: 'See the API reference for what this route takes.',
  },
  'request-too-large': { class: 'invalid-input', message: 'The request is longer than {limit}.', remedy: 'Pass large values by a file.' },
  'route-unknown': {
    class: 'not-found',
    message: 'There is no route {method} {path}.',
    remedy: 'See the API reference for those that exist.',
  },
  unauthorized: {
    class: 'auth',
    message: 'The token is missing or not valid.',
    remedy: 'Send `Authorization: Bearer TOKEN` with a token from tokens.json in the state folder.',
  },
  'origin-refused': {
    class: 'permission',
    message: 'Requests from web pages and other hosts are refused.',
    remedy: 'Call 127.0.0.1 directly, without an Origin header.',
  },
  'rate-limited': { class: 'rate-limit', message: 'Too many requests.', remedy: 'Wait {seconds} s and try again.' },
  'engine-stopping': {
    class: 'server-error',
    message: 'The engine is stopping and takes nothing new.',
    remedy: 'Try again in a moment; it is started again by the next command.',
  },
  'model-key': {
    class: 'auth',
    message: '{where} does not accept the API key.',
    remedy: 'Enter the right one with "Runwright: Set the Model\'s API Key", or choose the offline rules.',
  },
  'model-key-missing': {
    class: 'auth',
    message: 'There is no API key for {where}.',
    remedy: 'Enter one with "Runwright: Set the Model\'s API Key", or choose the offline rules.',
  },
  'model-quota': {
    class: 'rate-limit',
    message: 'The account at {where} has used up its quota.',
    remedy: 'Look at the plan and billing there, or choose the offline rules.',
  },
  'model-busy': {
    class: 'rate-limit',
    message: '{where} answers no more questions for now: {why}.',
    remedy: 'Wait a little and retry, or choose the offline rules.',
  },
  'model-unknown': {
    class: 'not-found',
    message: '{where} has no model {model}, or nothing at that address.',
    remedy: 'Check runwright.ai.model and runwright.ai.baseUrl in the settings.',
  },
  'model-overflow': {
    class: 'invalid-input',
    message: 'The question and its context are more than {model} takes.',
    remedy: 'Start a new chat, or set runwright.ai.model to one with a larger window.',
  },
  'model-timeout': {
    class: 'timeout',
    message: '{where} was silent for too long.',
    remedy: 'Retry; if it happens again, check the server or choose the offline rules.',
  },
  'model-unreachable': {
    class: 'network',
    message: '{where} cannot be reached: {why}.',
    remedy: 'Check runwright.ai.baseUrl and the network, or choose the offline rules.',
  },
  'model-server': {
    class: 'server-error',
    message: '{where} failed with {status}: {why}.',
    remedy: 'Retry in a while, or choose the offline rules.',
  },
  'model-refused': {
    class: 'permission',
    message: '{model} declined to answer this.',
    remedy: 'Put the question another way, or choose the offline rules.',
  },
  'model-failed': { class: 'unknown', message: 'The answer of {model} broke off: {why}.', remedy: 'Retry the question.' },
  'model-silent': {
    class: 'server-error',
    message: '{model} ended without an answer.',
    remedy: 'Retry, or set runwright.ai.model to another one.',
  },
  'model-length': {
    class: 'invalid-input',
    message: '{model} ran out of room before the end of its answer.',
    remedy: 'Ask for a shorter answer, or ask it to go on.',
  },
  internal: {
    class: 'unknown',
    message: 'Something failed inside Runwright: {why}.',
    remedy: 'Nothing recorded is lost; please report it with the engine log.',
  },
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof catalogue;

/** Builds an entry of the catalogue; `{name}` placeholders take their values from `args`; `override` sharpens the class or remedy, or adds data. */
export function problem(
  code: ProblemCode,
  args: Readonly<Record<string, string | number>> = {},
  override: Partial<Pick<Problem, 'class' | 'remedy' | 'data'>> = {},
): Problem {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
  const entry: Entry = catalogue[code];
  return {
    code,
    class: override.class ?? entry.class,
    message: fill(entry.message),
    remedy: fill(override.remedy ?? entry.remedy),
    ...(override.data ? { data: override.data } : {}),
  };
}

/** A problem on its way up; whoever catches it shows `problem`, never a stack. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
