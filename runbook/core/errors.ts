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
  'secrets-key': {
    class: 'invalid-input',
    message: 'The key of the secret store was not taken: {why}.',
    remedy: 'Only the key that the store was made with opens it; where the engine has one from its environment, none is handed over.',
  },
  'secrets-locked': {
    class: 'permission',
    message: 'The secret store cannot be opened: {why}.',
    remedy:
      'Give it back the key it was made with (CREDENTIAL_ENCRYPTION_KEY, secrets.key in the state folder with mode 600, or VS Code where that keeps it), then resume what waits for it; or remove secrets.json and enter the secrets again.',
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
  'secrets-config': {
    class: 'invalid-input',
    message: 'secrets.yaml in the state folder cannot be used: {why}.',
    remedy: 'Correct it; docs/secrets.md shows what it may hold.',
  },
  'secret-elsewhere': {
    class: 'invalid-input',
    message: 'The secret {secret} comes from {source}, by secrets.yaml in the state folder.',
    remedy: 'Change it there, or take its line out of secrets.yaml.',
  },
  'secret-variable': {
    class: 'not-found',
    message: "The engine's environment has no variable {variable}, where the secret {secret} should be.",
    remedy: 'Set it, stop the engine with `runwright engine stop`, and start it from there; or correct secrets.yaml.',
  },
  'vault-unreachable': {
    class: 'network',
    message: 'Vault at {address} cannot be reached: {why}.',
    remedy: 'Check VAULT_ADDR (or `vault.address` in secrets.yaml), VAULT_CACERT, and that the server is up.',
  },
  'vault-sealed': {
    class: 'server-error',
    message: 'Vault at {address} gives nothing: {why}.',
    remedy: 'Unseal it, or wait until it is ready, then try again.',
  },
  'vault-token': {
    class: 'auth',
    message: 'Vault at {address} does not know who asks: {why}.',
    remedy: 'Put a valid token into the token file, or into VAULT_TOKEN and start the engine anew, or correct the AppRole in secrets.yaml.',
  },
  'vault-denied': {
    class: 'permission',
    message: 'Vault at {address} does not allow {path} to be read.',
    remedy: 'Give the token a policy with `path "{path}" { capabilities = ["read"] }`.',
  },
  'vault-missing': {
    class: 'not-found',
    message: 'Vault at {address} has no {what}, where the secret {secret} should be.',
    remedy: 'Put it there, or correct mount, path and key in secrets.yaml.',
  },
  'vault-failed': {
    class: 'server-error',
    message: 'Vault at {address} answered {why}.',
    remedy: 'Look at its log; check that the mount in secrets.yaml is a KV engine of version 2.',
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
  'action-invalid': {
    class: 'invalid-input',
    message: 'The action {action} cannot be used: {file} has {count} that must be mended, first {first}',
    remedy: 'Run `runwright validate {file}` or open it in the editor to see each problem at its place.',
  },
  'action-untrusted': {
    class: 'permission',
    message: "The actions of one's own under {folder} are not used: nobody has trusted that folder.",
    remedy: 'Look at them; then run `runwright trust {parent}`, or use only actions that are built in.',
  },
  'pack-untrusted': {
    class: 'permission',
    message: 'The pack {pack} in {folder} is off: nobody has trusted it.',
    remedy: 'Look at what it brings along; then run `runwright trust {folder}`.',
  },
  'pack-invalid': {
    class: 'invalid-input',
    message: 'The pack {pack} cannot be used: in {file}, {why}.',
    remedy: 'Run `runwright validate {file}`, or ask whoever made the pack.',
  },
  'pack-permission': {
    class: 'permission',
    message: 'The action {action} was refused: its pack says that it needs {allowed}, and {why}.',
    remedy: "Take another action, or have what is missing added to `permissions` in the pack's pack.yaml and look at it again.",
  },
  'action-output-missing': {
    class: 'invalid-input',
    message: 'The action {action} ended without its output {output}.',
    remedy: 'Write it: a script writes `{output}=VALUE` to the file $RUNWRIGHT_OUTPUT, an action made of steps gives it a `value`.',
  },
  'action-output-wrong': {
    class: 'invalid-input',
    message: 'The output {output} of the action {action} is not of the type {type} that it declares.',
    remedy: 'Correct what the action writes (a script writes JSON for anything but text), or the `type` of the output.',
  },
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
  'wait-over': {
    class: 'timeout',
    message: '{what} was waited for in vain for {timeout}: {why}.',
    remedy: 'Find out why it is not there, or raise `timeout` of the action.',
  },
  'http-failed': {
    class: 'network',
    message: '{method} {url} failed: {why}.',
    remedy: 'Check that the address is right and the server is up.',
  },
  'target-needed': {
    class: 'invalid-input',
    message: '{action} runs on a target of type {types}, and this step runs on {target}.',
    remedy: 'Declare one, such as `targets: { db: { type: {first}, … } }`, and name it in the step: `target: db`.',
  },
  'target-wrong': {
    class: 'invalid-input',
    message: 'The target {target} cannot be used: {why}.',
    remedy: 'Correct it under `targets` or in .runwright/targets.yaml.',
  },
  'sql-unreachable': {
    class: 'network',
    message: '{server} cannot be reached: {why}.',
    remedy: "Check the target's host and port, and that the server is up.",
  },
  'sql-login': {
    class: 'auth',
    message: '{server} does not let {user} in: {why}.',
    remedy: "Correct `user` and `password` of the target, or the server's rules for who may connect from here.",
  },
  'sql-database': {
    class: 'not-found',
    message: '{server} has no such database: {why}.',
    remedy: 'Correct `database` of the target, or create it.',
  },
  'sql-tls': {
    class: 'auth',
    message: 'No secure connection to {server}: {why}.',
    remedy:
      "Give the server's authority as `tls: { ca: … }` of the target and its host by the name in the certificate; `tls: require` encrypts without checking who answers.",
  },
  'sql-refused': {
    class: 'invalid-input',
    message: '{server} refuses the statement: {why}.',
    remedy: 'Correct `query` and `params`.',
  },
  'sql-read-only': {
    class: 'invalid-input',
    message: 'sql/query only reads, and this statement does more: {why}.',
    remedy: 'Use sql/execute for a statement that changes something.',
  },
  'sql-permission': {
    class: 'permission',
    message: '{server} does not allow it: {why}.',
    remedy: "Give the target's user that right, or use another user.",
  },
  'sql-conflict': {
    class: 'invalid-input',
    message: '{server} refuses the data: {why}.',
    remedy: 'A rule of the table stands against it: see what is there already, then correct `params`.',
  },
  'sql-failed': {
    class: 'server-error',
    message: '{server} could not run the statement: {why}.',
    remedy: 'Nothing was changed. Try again; if it stays so, look at the log of the server.',
  },
  'sql-stopped': {
    class: 'timeout',
    message: '{server} stopped the statement: {why}.',
    remedy: 'Find out what it waits for or why it takes so long, or raise the limit of the server.',
  },
  'sql-cut': {
    class: 'network',
    message: 'The connection to {server} was lost while the statement ran: {why}. Nothing of it was kept.',
    remedy: 'Try again; if it stays so, look at the log of the server and at the network.',
  },
  'sql-unknown': {
    class: 'unknown',
    message: '{server} did not confirm the change ({why}): whether it took effect is not known.',
    remedy: 'Find out whether it took effect, then run it again if it did not.',
  },
  'sql-rows': {
    class: 'invalid-input',
    message: 'The answer has more than {limit} rows.',
    remedy: 'Narrow the query, or say with `limit` how many of its first rows to take.',
  },
  'sql-columns': {
    class: 'invalid-input',
    message: 'Two columns of the answer are named {column}, and one would hide the other.',
    remedy: 'Give each a name of its own: `SELECT a.{column} AS …`.',
  },
  'address-wrong': {
    class: 'invalid-input',
    message: '{given} is no address or network: {why}.',
    remedy: 'Write an address such as 203.0.113.7 or 2001:db8::7, or a network such as 198.51.100.0/24.',
  },
  'address-never': {
    class: 'permission',
    message: '{ip} is not blocked: {why}.',
    remedy: 'Check the address. What must never be blocked stands under `blocking: { never: [] }` in .runwright/security.yaml.',
  },
  'address-covered': {
    class: 'invalid-input',
    message: '{ip} is still blocked, as part of {by}.',
    remedy: 'Unblock that network; block the parts of it that shall stay blocked first.',
  },
  'address-state': {
    class: 'exit',
    message: '{ip} is {state}.',
    remedy: 'Find out who changed it; `expect: any` asks without failing.',
  },
  'security-settings': {
    class: 'invalid-input',
    message: 'The settings `{section}` in .runwright/security.yaml cannot be used: {why}.',
    remedy: 'Correct them; docs/containment.md shows what they may hold.',
  },
  'rule-wrong': {
    class: 'invalid-input',
    message: '{rule} is not the name of a rule here: {why}.',
    remedy: 'Give the `rule_id` as the step that made it gave it, or name what it is about.',
  },
  'list-failed': {
    class: 'permission',
    message: 'The list {file} cannot be used: {why}.',
    remedy: 'See that the account of the engine may read and write it and its folder, and that the disk has room.',
  },
  'nft-missing': {
    class: 'not-found',
    message: 'There is no nft on {host}.',
    remedy: 'Install nftables there, or use `method: list`, which needs nothing on the host.',
  },
  'nft-permission': {
    class: 'permission',
    message: 'The account on {host} may not change its firewall.',
    remedy: 'Use root or an account whose sudo asks for no password, or `method: list`, which needs no privilege.',
  },
  'nft-failed': {
    class: 'server-error',
    message: 'nftables on {host} refused the change, and nothing was changed: {why}.',
    remedy: 'See `nft list ruleset` there and the version of nft (0.9.4 or later); `method: list` does without it.',
  },
  'channels-none': {
    class: 'invalid-input',
    message: 'There are no channels to notify.',
    remedy:
      'Write them into .runwright/channels.yaml, such as `soc: { type: slack, url: "${{ secrets.soc_slack_url }}" }`, and trust the workspace; docs/notifications.md shows all types.',
  },
  'channel-unknown': {
    class: 'invalid-input',
    message: 'There is no channel {channel}.',
    remedy: 'Those in .runwright/channels.yaml are: {known}.',
  },
  'channel-wrong': {
    class: 'invalid-input',
    message: 'The channel {channel} cannot be used: {why}.',
    remedy: 'Correct it in .runwright/channels.yaml; docs/notifications.md shows all types. Nothing was sent.',
  },
  'notify-failed': {
    class: 'network',
    message: '{count} of {all} channels were not reached, first {channel}: {why}.',
    remedy: 'See `results` for each of them, and correct or remove it in .runwright/channels.yaml.',
  },
  'isolation-host': {
    class: 'invalid-input',
    message: 'This step would work on {target}, and {host} is named.',
    remedy: 'Give the step the target that is that host, or use `method: list`, which needs only its name.',
  },
  'isolation-management': {
    class: 'invalid-input',
    message: 'Nobody could reach {host} any more: no address is to stay open.',
    remedy: 'Write `isolation: { management: { addresses: [198.51.100.0/24] } }` into .runwright/security.yaml, or use an ssh target.',
  },
  'isolation-unconfirmed': {
    class: 'network',
    message: '{host} could not be reached over a new connection after it was isolated ({why}); {state}.',
    remedy: 'Check `isolation.management` in .runwright/security.yaml and the way to the host, then run it again.',
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
  'env-name': {
    class: 'invalid-input',
    message: 'The name {name} in `env` cannot be given to a script on another host.',
    remedy: 'Use letters, digits and _, and no digit first.',
  },
  'ssh-target': {
    class: 'invalid-input',
    message: 'The target {target} cannot be used: {why}.',
    remedy: 'Correct it under `targets`, of the runbook or of the workspace.',
  },
  'host-name': {
    class: 'not-found',
    message: 'There is no address for the name {host}.',
    remedy: "Check the target's `host`, and that the name can be looked up from here (VPN, DNS).",
  },
  'host-refused': {
    class: 'network',
    message: '{host} refuses connections on port {port}.',
    remedy: 'Check that the SSH server runs there and that `port` is right.',
  },
  'host-unreachable': {
    class: 'network',
    message: '{host} cannot be reached on port {port}: {why}.',
    remedy: 'Check `host` and `port`, the network, and the firewalls between.',
  },
  'ssh-failed': {
    class: 'network',
    message: 'The SSH connection to {host} failed: {why}.',
    remedy: 'Try `ssh` to the same host by hand; `ssh -v` tells at what it ends.',
  },
  'host-key-unknown': {
    class: 'auth',
    message: 'The host key of {host} is not known: {type} {fingerprint}.',
    remedy:
      'Compare it with what `ssh-keygen -lf` prints for the keys in /etc/ssh on that host; if it is the same, put `fingerprint: {fingerprint}` into the target, or log in once with `ssh` and accept it.',
  },
  'host-key-changed': {
    class: 'auth',
    message:
      'THE HOST KEY OF {host} HAS CHANGED: it shows {type} {fingerprint}, and {place} has {known}. Somebody may be between you and that host; nothing was sent.',
    remedy: 'Ask who runs the host. Only if the key was changed on purpose, correct {place}.',
  },
  'host-key-revoked': {
    class: 'auth',
    message: 'The host key of {host}, {fingerprint}, is marked as revoked in {place}.',
    remedy: 'Ask who runs the host for its new key.',
  },
  'ssh-auth': {
    class: 'auth',
    message: '{host} accepts neither {tried}; it takes {methods}.',
    remedy: "Check the target's `user` and its `key`, `password` or `agent`, and on the host that the key is in authorized_keys.",
  },
  'ssh-key': {
    class: 'auth',
    message: 'The private key {where} cannot be used: {why}.',
    remedy: 'Give a private key in OpenSSH or PEM form, as a secret, or the path of its file.',
  },
  'ssh-key-encrypted': {
    class: 'auth',
    message: 'The private key {where} is protected by a passphrase, which nobody is there to enter.',
    remedy: 'Add it to an agent with `ssh-add` and write `agent: true`, or keep an unprotected key in the secret store.',
  },
  'ssh-agent': {
    class: 'auth',
    message: 'The SSH agent cannot be used: {why}.',
    remedy: 'Start one (`ssh-agent`), add the key (`ssh-add`), and start the run from there.',
  },
  'connection-lost': {
    class: 'network',
    message:
      'The connection to {host} was lost while the script ran, and the host could not be reached again: {why}. The script may have gone on.',
    remedy: 'Find out on the host whether it took effect before you run it again.',
  },
  'connection-cut': {
    class: 'network',
    message: 'The connection to {host} was lost before the script began.',
    remedy: 'Nothing was run; try again when the network is up.',
  },
  'remote-shell': {
    class: 'not-found',
    message: '{host} let us in but did not start `sh`: {why}.',
    remedy: "Check the account's login shell, and what its start files and the server's ForceCommand do.",
  },
  'remote-files': {
    class: 'permission',
    message: 'The files of the script cannot be written on {host}: {why}.',
    remedy: 'Make room in /tmp there, and let the account write to it.',
  },
  'remote-session': {
    class: 'not-found',
    message: '{host} has nothing to start a session with, so that the script could not be stopped there.',
    remedy: 'Install setsid (package util-linux), perl or python3 there.',
  },
  'remote-lost': {
    class: 'unknown',
    message:
      'What watched the script on {host} was ended from outside or the host was started anew; how far the script had come is not known.',
    remedy: 'Find out whether it took effect, then run it again.',
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
  'file-unwritable': {
    class: 'permission',
    message: '{file} cannot be written: {why}.',
    remedy: 'Go to a folder that you may write in.',
  },
  'data-row': {
    class: 'invalid-input',
    message: '{file}, line {line}: {why}.',
    remedy: 'Correct it there, or say with `broken: skip` or `broken: keep` what becomes of such rows.',
  },
  'data-format': {
    class: 'invalid-input',
    message: '{file} cannot be read as {format}: {why}.',
    remedy: 'Give a file of that format.',
  },
  'data-table': {
    class: 'invalid-input',
    message: 'The table {table} cannot be used: {why}.',
    remedy: 'Give the output `table` of an earlier step of the same run, the path of a CSV or JSON file, or a short list of objects.',
  },
  'data-limit': {
    class: 'invalid-input',
    message: '{what} is more than {limit}.',
    remedy: 'Check that it is the right file; if it is, split it or leave out what is not needed.',
  },
  'data-column': {
    class: 'invalid-input',
    message: 'There is no column {column}.',
    remedy: 'The columns are: {known}.',
  },
  'data-accuracy': {
    class: 'invalid-input',
    message: 'The model is right in {accuracy} of the rows held out, and {minimum} is wanted.',
    remedy:
      'Give more labelled rows, or columns that say more about the class; see in the outputs of the step which classes it takes for others.',
  },
  'data-quality': {
    class: 'invalid-input',
    message: 'The quality of the table is {score} of 100, and {minimum} is wanted.',
    remedy: 'See in the outputs of the step what is wrong in which rows, and correct the data where it comes from.',
  },
  'data-invalid': {
    class: 'invalid-input',
    message: '{count} of {rows} rows do not pass: {first}.',
    remedy: 'Correct the data where it comes from, or say with {option} what becomes of such rows.',
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
  'target-unknown': {
    class: 'invalid-input',
    message: '{where}: there is no target {target}.',
    remedy: 'Declare it under `targets` or in .runwright/targets.yaml; known are: {known}.',
  },
  'list-wanted': {
    class: 'invalid-input',
    message: '{where}: `for-each` needs a list, and its value is {given}.',
    remedy: 'Correct the expression, or make a list of it with fromJSON(…).',
  },
  'repeat-exhausted': {
    class: 'timeout',
    message: 'The condition of {step} did not hold after {max} passes.',
    remedy: 'Find out why, or raise `max`.',
  },
  'wait-timeout': {
    class: 'timeout',
    message: 'What {step} waits for did not come within {timeout}.',
    remedy: 'Find out why, or raise the `timeout` of the wait.',
  },
  'plan-faulty': {
    class: 'invalid-input',
    message: 'The runbook {runbook} cannot run: at {step}, {why}.',
    remedy: 'Correct it there.',
  },
  'verb-missing': {
    class: 'invalid-input',
    message: 'The step {step} of {runbook} uses `{verb}`, which this version cannot run.',
    remedy: 'Take it out, or update Runwright.',
  },
  'schedule-none': {
    class: 'invalid-input',
    message: '{file} has no schedule among its triggers.',
    remedy: 'Add one, such as `triggers: [{ schedule: { cron: "0 3 * * *", timezone: Europe/Berlin } }]`.',
  },
  'schedule-unknown': {
    class: 'not-found',
    message: '{file} is not scheduled.',
    remedy: '`runwright schedule list` shows what is.',
  },
  'schedule-missed': {
    class: 'timeout',
    message: 'No engine was there at {time}, and it is more than a day ago.',
    remedy: 'Start it now with `runwright run FILE`, if it is still wanted; the next time comes by itself.',
  },
  'schedule-changed': {
    class: 'invalid-input',
    message: 'The schedule that was due is not in {file} any more.',
    remedy: 'Nothing needs to be done: the schedules that the file has now are followed.',
  },
  'secret-output-computed': {
    class: 'invalid-input',
    message:
      'The step {step} computes its output {output} and names it under `secret-outputs`: what it is computed from would be recorded in plain text.',
    remedy:
      'Name the outputs of the script or action itself under `secret-outputs`, and read a part of one as `steps.ID.outputs.NAME.PART`.',
  },
  'secret-output-given': {
    class: 'invalid-input',
    message: 'The output {output} of the step {step} is secret, and cannot be given from outside: it would be recorded in plain text.',
    remedy: 'Run the whole runbook, so that the step makes the value.',
  },
  'secret-output-short': {
    class: 'invalid-input',
    message: 'The secret output {output} of the step {step} has fewer than 6 characters and could not be hidden in outputs.',
    remedy: 'Let the step give a longer value, or take {output} out of `secret-outputs` if it is no secret.',
  },
  'secret-output-part': {
    class: 'invalid-input',
    message: 'The secret {output} has no {part}.',
    remedy: 'Check the name against what the step gives; the value itself is shown nowhere.',
  },
  'secret-output-lost': {
    class: 'not-found',
    message: 'The value of {secret} is not in the state folder any more, or was changed there.',
    remedy: 'Start a new run, in which the step gives a new value.',
  },
  'call-missing': {
    class: 'not-found',
    message: 'The step {step} calls {file}, which is not there.',
    remedy: 'Check the path: it is taken from the folder of the runbook that calls.',
  },
  'call-circle': {
    class: 'invalid-input',
    message: 'The runbook {file} calls itself, by way of {through}.',
    remedy: 'Take one of the calls out; `repeat` does something again.',
  },
  'edit-none': {
    class: 'invalid-input',
    message: 'There is no edit to apply: {why}.',
    remedy: 'Ask for a change of a runbook that is given with --file, and look at what is proposed.',
  },
  'edit-stale': {
    class: 'invalid-input',
    message: 'The file {file} was changed since the edit was proposed, so nothing was written.',
    remedy: 'Ask again for the edit.',
  },
  'generate-nothing': {
    class: 'invalid-input',
    message: 'The words name nothing that an action of the catalogue does.',
    remedy:
      'Say what to do with what, such as "import alerts.csv, check its quality and write a report to report.html"; `runwright actions list` names the actions.',
  },
  'generate-unwritten': {
    class: 'invalid-input',
    message: 'The runbook was not written to {file}: {why}.',
    remedy: 'Give another name with --export.',
  },
  'ticket-invalid': {
    class: 'invalid-input',
    message: 'The ticket {file} cannot be read: {why}.',
    remedy: 'Give a JSON file with an object { title, description, severity, source, labels }.',
  },
  'targets-invalid': {
    class: 'invalid-input',
    message: 'The targets in {file} cannot be read: {why}.',
    remedy: 'Mend the file; it is a map of names to targets, as under `targets` of a runbook.',
  },
  'settings-invalid': {
    class: 'invalid-input',
    message: 'The settings in {file} cannot be used: {why}.',
    remedy: 'Mend the file; the editor and `runwright validate {file}` show each problem at its place.',
  },
  'accounts-method': {
    class: 'invalid-input',
    message: 'security/reset_passwords is not told where the accounts are.',
    remedy:
      'Give `method`, or say it under `passwords` in .runwright/security.yaml; for the accounts of a machine give the step its `target`, or `method: unix` for this one.',
  },
  'accounts-where': {
    class: 'invalid-input',
    message: 'Nothing says how security/reset_passwords reaches the accounts by {method}.',
    remedy: 'Say it under `passwords: { {method}: { … } }` in .runwright/security.yaml; docs/passwords.md shows how.',
  },
  'accounts-refused': {
    class: 'invalid-input',
    message: '{count} of {all} accounts cannot be reset, so that none was: {first}.',
    remedy:
      'Take them out of `users`. What is refused because it is special is allowed by its name under `passwords: { allow: [] }` in .runwright/security.yaml.',
  },
  'accounts-partly': {
    class: 'unknown',
    message: '{done} of {all} accounts have their new password, and not everything went well: {first}.',
    remedy: 'See `failed` among the outputs, and run it again for those alone: the others keep what they got.',
  },
  'accounts-host': {
    class: 'permission',
    message: 'The passwords of {host} cannot be reset: {why}.',
    remedy:
      'Log in as root, or give the account that right with sudo and say `passwords: { unix: { sudo: true } }` in .runwright/security.yaml.',
  },
  'directory-unreachable': {
    class: 'network',
    message: '{server} cannot be reached: {why}.',
    remedy: 'Check `ldap.url` under `passwords` in .runwright/security.yaml, and that the server is up.',
  },
  'directory-login': {
    class: 'auth',
    message: '{server} does not let us in: {why}.',
    remedy: 'Correct `ldap.bind-dn` and `ldap.password` under `passwords` in .runwright/security.yaml.',
  },
  'directory-refused': {
    class: 'permission',
    message: '{server} refuses: {why}.',
    remedy: 'Check `ldap.base` and `ldap.filter` under `passwords` in .runwright/security.yaml, and what the account that asks may do.',
  },
  'waf-rule': {
    class: 'invalid-input',
    message: 'These are no rules that can be deployed: {why}.',
    remedy: 'Correct `rule`; each rule has an `id` of its own and stands on lines of its own.',
  },
  'waf-missing': {
    class: 'not-found',
    message: 'There is no nginx on {host}.',
    remedy:
      'Give the step the `target` that has it, or say where it is under `waf: { nginx: { program: … } }` in .runwright/security.yaml.',
  },
  'waf-broken': {
    class: 'invalid-input',
    message: 'The configuration of nginx on {host} does not pass its own test as it is, so nothing was changed: {why}.',
    remedy: 'Correct it there first; `nginx -t` tests it.',
  },
  'waf-not-loaded': {
    class: 'not-found',
    message: 'nginx on {host} does not load {file}, and rules in it would do nothing: {why}.',
    remedy:
      'Make that file, empty, and put `modsecurity on;` and `modsecurity_rules_file {file};` into a `server` of nginx there, or name another file under `waf: { nginx: { rules: … } }` in .runwright/security.yaml.',
  },
  'waf-refused': {
    class: 'invalid-input',
    message: 'nginx on {host} does not take the rules: {why}. Those of before are back, and nothing was reloaded.',
    remedy: 'Correct `rule`.',
  },
  'waf-reload': {
    class: 'exit',
    message: 'nginx on {host} takes the rules and cannot be told to load them: {why}. Those of before are back.',
    remedy: 'See that nginx runs there, and that the account of the step may reload it.',
  },
  'waf-busy': {
    class: 'server-error',
    message: 'The rules in {file} on {host} were changed by somebody else in this moment, and not by this step.',
    remedy: 'Run it again: it starts from what is there then.',
  },
  'waf-deployment': {
    class: 'not-found',
    message: 'Nothing is kept on {host} of a deployment {deployment}.',
    remedy: 'Give the `deployment_id` as security/deploy_waf_rules gave it, and the same `target`.',
  },
  'waf-changed': {
    class: 'invalid-input',
    message: 'The rules in {file} on {host} were changed after the deployment {deployment}, so the earlier ones were not put back.',
    remedy: 'Undo what came later first, or give `force: true`, which loses it.',
  },
  'path-missing': {
    class: 'not-found',
    message: 'There is no {path} on {host}.',
    remedy: 'Check the path; its folder must exist too.',
  },
  'path-denied': {
    class: 'permission',
    message: '{path} on {host} cannot be {done}: {why}.',
    remedy: 'Give the account that the step runs as the right to it, or give another path.',
  },
  'path-kind': {
    class: 'invalid-input',
    message: '{path} on {host} is not a plain file.',
    remedy: 'Give the path of a file, not of a folder, a pipe or a device.',
  },
  'path-exists': {
    class: 'invalid-input',
    message: '{path} on {host} exists already.',
    remedy: 'Give another path, or allow it to be replaced with `overwrite: true`.',
  },
  'path-changed': {
    class: 'invalid-input',
    message: '{path} on {host} is not as the step left it: somebody has changed it since.',
    remedy: 'Look at it and put it back by hand; what was there before is in {kept}.',
  },
  'file-too-large': {
    class: 'invalid-input',
    message: '{path} on {host} has {size} bytes, and the step takes at most {limit}.',
    remedy: 'Raise `max-bytes` if the input allows it, or let a script cut out the part that is needed.',
  },
  'file-content': {
    class: 'invalid-input',
    message: '{path} is not {what}: {why}.',
    remedy: 'Look at the file; read it with another `as` or `encoding`.',
  },
  'copy-differs': {
    class: 'unknown',
    message: '{from} changed while it was copied, so {to} is not the same.',
    remedy: 'Copy it again when nobody writes to it.',
  },
  'select-nothing': {
    class: 'not-found',
    message: '`{path}` leads to nothing: {why}.',
    remedy: 'Look at the value that is selected from, or give a `default`.',
  },
  'host-lost': {
    class: 'unknown',
    message: 'The connection to {host} was lost while the step was at work there; how far it came is not known.',
    remedy: 'Find out on the host whether it took effect before you run it again.',
  },
  'people-invalid': {
    class: 'invalid-input',
    message: 'Who the approvers are cannot be read from {file}: {why}.',
    remedy: 'Mend it: `people: { ann: [person] }` and `groups: { oncall: [ann] }`.',
  },
  'snapshot-old': {
    class: 'invalid-input',
    message: 'The run {run} was started by an earlier version and cannot go on.',
    remedy: 'What it did is still shown; start the runbook again.',
  },
  'step-inside': {
    class: 'invalid-input',
    message: 'The step {step} is part of a loop and has no meaning alone.',
    remedy: 'Run the loop, or the whole runbook.',
  },
  'run-state': {
    class: 'invalid-input',
    message: 'The run {run} cannot {what}: it is {status}.',
    remedy: '`runwright show {run}` tells where the run stands.',
  },
  'edit-running': {
    class: 'invalid-input',
    message: 'The run {run} is not paused, so that its steps cannot be edited.',
    remedy: 'Pause it first: `runwright pause {run}`; what runs may end, nothing new starts.',
  },
  'edit-begun': {
    class: 'invalid-input',
    message: 'The edited runbook does not fit run {run} at the step {step}: {why}.',
    remedy: 'Leave what has begun as and where it is and change what comes after it, or cancel the run and start the edited runbook.',
  },
  'run-too-long': {
    class: 'invalid-input',
    message: 'The run {run} has come to {most} steps, attempts, items and passes together, which is the most that a run may take.',
    remedy:
      'Look for a loop inside a loop that does not end. Where so many are meant, stop the engine, start it with a higher RUNWRIGHT_MAX_STEPS, and run again.',
  },
  'step-not-skippable': {
    class: 'invalid-input',
    message: 'The step {step} of run {run} cannot be skipped: {why}.',
    remedy: 'Only a step that waits, asks, or has not begun can be skipped; cancel the run to stop one that runs.',
  },
  'retry-nothing': {
    class: 'invalid-input',
    message: 'There is nothing of run {run} to try again: {why}.',
    remedy: '`runwright show {run}` tells which steps failed; start the runbook again to run all of it.',
  },
  'rollback-nothing': {
    class: 'invalid-input',
    message: 'There is nothing of run {run} to undo.',
    remedy: 'Only steps that succeeded and have an `undo` can be undone, each once.',
  },
  'approver-wrong': {
    class: 'permission',
    message: '{by} may not answer for the step {step}: {why}.',
    remedy: 'Ask somebody who may: {who}.',
  },
  'group-busy': {
    class: 'invalid-input',
    message: 'The run {run} of the concurrency group {group} has not ended.',
    remedy: 'Wait for it or cancel it, or set `on-busy: queue`.',
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
  'indicator-wrong': {
    class: 'invalid-input',
    message: '{indicator} is no address, network, domain, URL or hash.',
    remedy: 'Write for example 198.51.100.7, 198.51.100.0/24, evil.example, https://evil.example/x or a SHA-256 hash.',
  },
  'intel-none': {
    class: 'invalid-input',
    message: 'There is no threat intelligence to ask: no feed and no service is configured.',
    remedy:
      'Put feed files (CSV, STIX, MISP or a list) into .runwright/feeds/, or name feeds and services under `intel` in .runwright/security.yaml.',
  },
  'intel-settings': {
    class: 'invalid-input',
    message: '`intel` in .runwright/security.yaml cannot be used: {why}.',
    remedy: 'Correct it; docs/intel.md shows what it may hold.',
  },
  'intel-source-unknown': {
    class: 'invalid-input',
    message: 'There is no source of threat intelligence named {source}.',
    remedy: 'The sources are: {known}.',
  },
  'intel-feed-missing': {
    class: 'not-found',
    message: 'The feed {feed} cannot be read: {why}.',
    remedy: 'Check the path of the feed and who may read the file.',
  },
  'intel-feed-wrong': {
    class: 'invalid-input',
    message: 'The feed {feed} cannot be used: {why}.',
    remedy: 'Look into it: a download page or an error page may have been saved in its place; else set its `format` and `column`.',
  },
  'intel-unreachable': {
    class: 'network',
    message: '{source} gave no answer: {why}',
    remedy: 'Check its address and key, and the network.',
  },
  'intel-answer': {
    class: 'server-error',
    message: '{source} answered with something that is not its published form: {why}.',
    remedy: 'Check its `url` under `intel.services` in .runwright/security.yaml.',
  },
  'hunt-nothing': {
    class: 'invalid-input',
    message: 'There is nothing to search for: the given lists, files and feeds hold no indicator and no rule.',
    remedy: 'Give `indicators`, a file or feed that holds some, or `rule`.',
  },
  'hunt-too-many': {
    class: 'invalid-input',
    message: '{count} {what} are more than the {limit} that one search takes.',
    remedy: 'Divide them over several steps, or leave out what is old.',
  },
  'hunt-no-files': {
    class: 'not-found',
    message: 'No file on {host} is named {files}.',
    remedy: 'Check the paths of `files`, and that the account of the step may list the folder.',
  },
  'hunt-file': {
    class: 'not-found',
    message: '{file} on {host} could not be read to its end: {why}.',
    remedy: 'Check that the file is whole and that the account of the step may read it.',
  },
  'sigma-wrong': {
    class: 'invalid-input',
    message: 'The Sigma rule {rule} is wrong: {why}.',
    remedy: 'Correct the rule; no file was searched.',
  },
  'sigma-unsupported': {
    class: 'invalid-input',
    message: 'The Sigma rule {rule} uses {what}, which is not supported.',
    remedy: 'Leave the rule out, or write it without that; no file was searched.',
  },
  'sigma-slow': {
    class: 'invalid-input',
    message: 'The Sigma rule {rule} took longer than {seconds} s for a small part of a log, so the search was stopped.',
    remedy: 'Look at the expressions of the rule: several `.*` or repetitions in one can take for ever on lines that are made for it.',
  },
  'attack-table': {
    class: 'invalid-input',
    message: 'The ATT&CK table {file} cannot be used: {why}.',
    remedy: "Correct or remove it; it holds `techniques` with id, name, tactics and keywords, or is MITRE's STIX bundle.",
  },
  'model-key': {
    class: 'auth',
    message: '{where} does not accept the API key.',
    remedy: 'Enter the right one with "Runwright: Set the Model\'s API Key", or choose the offline rules.',
  },
  'editor-model-none': {
    class: 'not-found',
    message: 'VS Code offers no language model that fits: {model}.',
    remedy: 'Install or sign in to an extension that brings one, correct runwright.ai.vscodeModel, or choose the offline rules.',
  },
  'editor-model-consent': {
    class: 'permission',
    message: 'VS Code was not allowed to let Runwright use {model}.',
    remedy: 'Ask again and allow it, or choose the offline rules.',
  },
  'editor-model-blocked': {
    class: 'rate-limit',
    message: '{model} takes no more requests now: {why}.',
    remedy: 'Wait, check the plan behind the model, or choose the offline rules.',
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
  'model-rounds': {
    class: 'invalid-input',
    message: '{model} asked for tools {count} times and came to no answer.',
    remedy: 'Ask a narrower question; what it looked at stands with the answer.',
  },
  'model-tool-call': {
    class: 'invalid-input',
    message: '{model} asked for the tool {tool} in a form that cannot be read, again after it was told so.',
    remedy: 'Retry, or choose a model that is made for tools.',
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
