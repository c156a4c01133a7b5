// A root hook that writes how many tests passed and failed to the file named by RUNWRIGHT_COUNTS.
import { writeFileSync } from 'node:fs';

const counts = { passes: 0, failures: 0 };

export const mochaHooks = {
  afterEach() {
    if (this.currentTest.state === 'passed') counts.passes++;
    if (this.currentTest.state === 'failed') counts.failures++;
    writeFileSync(process.env.RUNWRIGHT_COUNTS, JSON.stringify(counts));
  },
};
