import type { Pattern } from '../pattern.ts';

/** As requests for an edit. */
const retrySoon = 'retry {step} 3 times with a delay of 5 seconds';
const retryLater = 'retry {step} 4 times with a delay of 30 seconds';

/** Answers of HTTP servers that are not what the step wanted. */
export const httpPatterns: readonly Pattern[] = [
  {
    id: 'http-401',
    when: { status: [401, 401] },
    class: 'auth',
    cause: 'The server answered 401 Unauthorized: the request carried no credentials, or wrong or expired ones.{target}',
    remedies: [
      'Check the `Authorization` header in `with.headers`, and that the secret it uses has its current value ("Runwright: Set Secret").',
      'Make a new token if the old one has expired.',
    ],
  },
  {
    id: 'http-403',
    when: { status: [403, 403] },
    class: 'auth',
    cause: 'The server answered 403 Forbidden: it knows who asks, and that one may not do this.{target}',
    remedies: [
      'Give the account or token the right it lacks (scope, role, allow list).',
      'Check that the request goes to the right resource.',
    ],
  },
  {
    id: 'http-404',
    when: { status: [404, 404] },
    class: 'not-found',
    cause: 'The server answered 404 Not Found: there is nothing at that address.{target}',
    remedies: [
      'Check the path in `with.url`, and every value that is put into it.',
      'Some servers answer 404 where the token may not see a thing: check its rights too.',
      'If it may be missing, let the step accept it: `expect: [200, 404]` in `with`.',
    ],
    confidence: 0.95,
  },
  {
    id: 'http-409',
    when: { status: [409, 409] },
    class: 'invalid-input',
    cause:
      'The server answered 409 Conflict: what the request wants contradicts what is there, for example because it exists already.{target}',
    remedies: [
      'Read the current state first and decide with `if` whether the step is needed.',
      'If the thing may exist already, accept the status: `expect: [200, 409]` in `with`.',
    ],
  },
  {
    id: 'http-429',
    fix: retryLater,
    when: { status: [429, 429] },
    class: 'rate-limit',
    cause: 'The server answered 429 Too Many Requests: its limit is used up for now.{target}',
    remedies: [
      'Wait as long as its `Retry-After` header says; with `retry: { attempts: 3 }` the engine does so by itself.',
      'Ask less often, or ask for a higher limit.',
    ],
    confidence: 0.95,
  },
  {
    id: 'http-unavailable',
    fix: retrySoon,
    when: { status: [502, 504] },
    class: 'server-error',
    cause: 'The server answered {status}: a gateway could not get an answer from the service behind it.{target}',
    remedies: [
      'Check that the service behind it is up.',
      'It often passes: add `retry: { attempts: 3, delay: 5s, backoff: exponential }`.',
    ],
  },
  {
    id: 'http-5xx',
    fix: retrySoon,
    when: { status: [500, 599] },
    class: 'server-error',
    cause: 'The server answered {status}: it failed while it worked on the request.{target}',
    remedies: [
      'Look into the server’s log at that time, and at the body of the answer.',
      'If it passes by itself, add `retry: { attempts: 3, delay: 5s, backoff: exponential }`.',
    ],
  },
  {
    id: 'http-4xx',
    when: { status: [400, 499] },
    class: 'invalid-input',
    cause: 'The server answered {status}: it does not accept the request as it is.{target}',
    remedies: [
      'Read the body of the answer: it usually names the field.',
      'Check method, headers and body in `with` against the service’s documentation.',
    ],
    confidence: 0.7,
  },
  {
    id: 'http-other',
    when: { status: [100, 399] },
    class: 'invalid-input',
    cause: 'The server answered {status}, which is not a status the step expects.{target}',
    remedies: ['If it is fine, add it to `expect` in `with`.', 'For a redirect, use the address it points to.'],
    confidence: 0.7,
  },
];

/** Statuses as programs tell them: `curl -f`, wget, Python, and what is made with them. */
const said = (status: string): readonly RegExp[] => [
  new RegExp(`requested URL returned error: ${status}`, 'i'),
  new RegExp(`\\bHTTP Error ${status}\\b`),
  new RegExp(`\\bERROR ${status}: `),
  new RegExp(`\\b${status} (?:Client|Server) Error\\b`),
  new RegExp(`\\b(?:status code|HTTP status)(?: of)?:? ${status}\\b`, 'i'),
];

/** The same as told by a script: there is no `with` to correct. */
export const toldPatterns: readonly Pattern[] = [
  {
    id: 'told-401',
    when: { text: said('401') },
    class: 'auth',
    cause: 'A server answered the script with 401 Unauthorized: no credentials, or wrong or expired ones.',
    remedies: [
      'Check the token or password that the script sends; it belongs into a secret that reaches the script by `env`.',
      'Make a new token if the old one has expired.',
    ],
  },
  {
    id: 'told-403',
    when: { text: said('403') },
    class: 'auth',
    cause: 'A server answered the script with 403 Forbidden: it knows who asks, and that one may not do this.',
    remedies: ['Give the account or token the right it lacks.', 'Check that the request goes to the right resource.'],
  },
  {
    id: 'told-404',
    when: { text: said('(?:404|410)') },
    class: 'not-found',
    cause: 'A server answered the script with 404 Not Found: there is nothing at that address.',
    remedies: [
      'Check the path of the address and every value that is put into it.',
      'Some servers answer 404 where the token may not see a thing.',
    ],
  },
  {
    id: 'told-429',
    when: { text: said('429') },
    class: 'rate-limit',
    cause: 'A server answered the script with 429 Too Many Requests: its limit is used up for now.',
    remedies: ['Wait, then try again: add `retry: { attempts: 4, delay: 30s }`.', 'Ask less often, or ask for a higher limit.'],
    fix: retryLater,
  },
  {
    id: 'told-5xx',
    when: { text: said('5\\d\\d') },
    class: 'server-error',
    cause: 'A server answered the script with an error of its own (5xx).',
    remedies: ['Look into the server’s log at that time.', 'It often passes: add `retry: { attempts: 3, delay: 5s }`.'],
    fix: retrySoon,
  },
  {
    id: 'told-4xx',
    when: { text: said('4\\d\\d') },
    class: 'invalid-input',
    cause: 'A server answered the script that it does not accept the request (4xx).',
    remedies: ['Read the body of its answer: without `-f`, curl prints it.', 'Check what the script sends against what the server takes.'],
  },
];
