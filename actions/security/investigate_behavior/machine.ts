/** The machine as it calls itself, from `machine.txt`; every text comes from outside. */
export interface Machine {
  readonly name: string;
  readonly system: string;
  readonly addresses: readonly string[];
  /** Who looks. */
  readonly user: string;
  readonly root: boolean;
  /** Seconds since 1970 by its own clock; undefined where it did not say. */
  readonly time: number | undefined;
}

export function readMachine(text: string): Machine {
  const said = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]));
  const time = Number(said.get('time'));
  return {
    name: said.get('name') ?? '',
    system: [said.get('system'), said.get('kernel')].filter(Boolean).join(', '),
    addresses: (said.get('addresses') ?? '').split(/\s+/).filter(Boolean),
    user: said.get('user') ?? '',
    root: said.get('uid') === '0',
    time: Number.isSafeInteger(time) && time > 0 ? time : undefined,
  };
}

/** Whether a person may mean this machine by the name: its own name, with or without its domain, or one of its addresses. */
export function isCalled(asked: string, machine: Machine, target: string): boolean {
  const short = (name: string) => name.toLowerCase().replace(/\..*$/, '');
  const named = [machine.name, target].some(
    (name) => name.toLowerCase() === asked.toLowerCase() || (/[a-z]/i.test(asked) && short(name) === short(asked)),
  );
  return named || machine.addresses.includes(asked) || (target === 'local' && /^(localhost|127\.0\.0\.1|::1)$/.test(asked));
}
