import { type Browser, chromium } from 'playwright-core';

// A browser that keeps to itself: without the background switches Chromium looks for hosts that tests must not need.
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.RUNWRIGHT_CHROMIUM;
  if (!executablePath) throw new Error('RUNWRIGHT_CHROMIUM is not set: start this by `npm start -- --check` or `npm test`.');
  return chromium.launch({ executablePath, headless: true, args: switches });
}
