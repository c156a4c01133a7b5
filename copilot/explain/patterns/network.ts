import type { Pattern } from '../pattern.ts';

/** Connections that did not come about or broke, of actions and of programs in scripts. */
export const networkPatterns: readonly Pattern[] = [
  {
    id: 'connection-refused',
    when: {
      text: [
        /\bECONNREFUSED\b(?:[ :]+([\d.:[\]a-f]+))?/,
        /connection refused/i,
        /Failed to connect to .{1,200}: (?:Could not connect|Couldn't connect) to server/i,
      ],
    },
    class: 'network',
    cause: 'The connection was refused: nothing listens on that address and port, or a firewall answers for it.{target}',
    remedies: [
      'Check that the service is running and listens there: `ss -ltn` on its machine.',
      'Check the host and the port in the step.',
      'A service that listens on 127.0.0.1 only cannot be reached from another machine or container.',
    ],
    confidence: 0.95,
  },
  {
    id: 'name-not-resolved',
    when: {
      text: [
        /\bENOTFOUND\b(?:[ :]+([\w.-]+))?/,
        /\bEAI_AGAIN\b(?:[ :]+([\w.-]+))?/,
        /Could not resolve host(?:name)?:? ?([\w.-]{0,200})/i,
        /Temporary failure in name resolution/i,
        /Name or service not known/i,
        /nodename nor servname provided/i,
      ],
    },
    class: 'network',
    cause: 'The name of the host could not be resolved to an address.{target}',
    remedies: [
      'Check the spelling of the host name.',
      'Check that this machine’s DNS knows it: `getent hosts NAME`.',
      'Behind a VPN or a proxy, check that it is up and that `HTTPS_PROXY` is set where it is needed.',
    ],
    confidence: 0.95,
  },
  {
    id: 'certificate',
    when: {
      text: [
        /certificate (?:verify failed|has expired|is not yet valid|is not trusted)/i,
        /\b(?:CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|ERR_TLS_CERT_ALTNAME_INVALID)\b/,
        /SSL certificate problem: .{1,200}/i,
        /self[- ]signed certificate/i,
        /unable to get local issuer certificate/i,
        /x509: .{1,200}/,
      ],
    },
    class: 'auth',
    cause: 'The server’s certificate is not accepted: it is expired, for another name, or signed by somebody this machine does not know.',
    remedies: [
      'Look at it: `openssl s_client -connect HOST:PORT -servername HOST`.',
      'Renew an expired certificate, or use the name that is in it.',
      'Add an internal CA to the machine’s store (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`). Switching the check off lets anybody in between read and change the traffic.',
    ],
  },
  {
    id: 'connection-timeout',
    fix: 'retry {step} 3 times with a delay of 5 seconds',
    when: {
      text: [
        /\b(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ESOCKETTIMEDOUT)\b/,
        /connection timed out/i,
        /Operation timed out/i,
        /timed out after \d+/i,
        /connect timeout/i,
        /(?:no connection|no answer|not complete|not done) within the time limit/i,
        /(?:did|does) not answer in time/i,
      ],
    },
    class: 'timeout',
    cause: 'The other side did not answer in time.{target}',
    remedies: [
      'Check that the host is up and that no firewall drops the packets (a drop looks like this, a refusal does not).',
      'If the server is only slow, raise the time limit of the request or the step.',
      'If it passes by itself, add `retry: { attempts: 3, delay: 5s, backoff: exponential }`.',
    ],
  },
  {
    id: 'unreachable',
    when: { text: [/\b(?:EHOSTUNREACH|ENETUNREACH)\b/, /No route to host/i, /Network is unreachable/i] },
    class: 'network',
    cause: 'There is no route from this machine to that address.{target}',
    remedies: ['Check the network connection and the VPN.', 'Check the address: `ip route get ADDRESS` shows which way it would go.'],
  },
  {
    id: 'connection-reset',
    fix: 'retry {step} 3 times with a delay of 5 seconds',
    when: {
      text: [
        /\b(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)\b/,
        /connection reset by peer/i,
        /(?:server cut the connection|answer was cut short)/i,
        /socket hang up/i,
        /other side closed/i,
        /Empty reply from server/i,
      ],
    },
    class: 'network',
    cause: 'The other side closed the connection before it had answered.',
    remedies: [
      'Look into the server’s log at that time: it may have crashed or been restarted.',
      'Check that the protocol is right, for example https on a port that speaks http.',
      'If it passes by itself, add a `retry` to the step.',
    ],
  },
  {
    id: 'not-tls',
    when: { text: [/does not speak TLS there/i, /\bERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)\b/, /wrong version number/i] },
    class: 'invalid-input',
    cause: 'The step spoke TLS (https) to a port that does not.{target}',
    remedies: [
      'Use `http://`, or the port on which the service speaks https.',
      'A proxy on the way may answer in plain text: check the proxy variables.',
    ],
  },
  {
    id: 'address-in-use',
    when: { text: [/\bEADDRINUSE\b[^\n]{0,80}/, /address already in use/i] },
    class: 'exit',
    cause: 'The port that the program wanted to listen on is taken by another one.',
    remedies: ['Find out by whom: `ss -ltnp`.', 'Stop that one first, or use another port.'],
  },
];
