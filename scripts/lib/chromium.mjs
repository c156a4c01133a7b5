// A browser for the tests: one that is there, else Debian's package where we may install it.
import { existsSync } from 'node:fs';
import { run, step } from './steps.mjs';

const places = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns the path of Chromium or Chrome; throws a sentence that says how to get one. */
export async function chromium() {
  const found = () => [process.env.CHROME, ...places].find((place) => place && existsSync(place));
  if (found()) return found();
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await step('Chromium (Debian package, for the tests only)', async () => {
      await run('apt-get', ['update', '-qq'], { quiet: true, env });
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { quiet: true, env });
    });
    if (found()) return found();
  }
  throw new Error(
    'The tests need a browser, and none was found. As root: `apt-get install chromium`; or set CHROME to the path of Chromium or Chrome.',
  );
}
