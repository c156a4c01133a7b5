// Generated documents: the same steps as a runbook and as a GitHub workflow, line for line, with planted problems.

/** 0-based, as in the protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Generated {
  readonly text: string;
  readonly lines: number;
  /** Where `timout` stands, a key that neither language has: within the first 100 lines, in the middle, in the last step. */
  readonly planted: { readonly near: Position; readonly middle: Position; readonly far: Position };
  /** Of the value of a step's name in the middle: text without a meaning. */
  readonly name: Position;
  /** A key of a step in the middle whose documentation every server knows. */
  readonly hover: Position;
  /** What a completion at the start of a key of a step must offer. */
  readonly offered: string;
}

interface Language {
  readonly head: readonly string[];
  readonly indent: string;
  readonly timeout: (key: 'right' | 'wrong') => string;
  readonly offered: string;
}

export const typo = 'timout';
const nameLine = 1;
const timeoutLine = 5;
const runLine = 6;
const stepLines = 7;

const runbook: Language = {
  head: [
    'runbook: v1',
    'name: Generated',
    'description: As many steps as wanted, each of them small.',
    'risk: low',
    'inputs:',
    '  part: { type: string, required: true }',
    '  depth: { type: string, default: low }',
    'steps:',
  ],
  indent: '  ',
  timeout: (key) => (key === 'right' ? 'timeout: 5m' : `${typo}: 5m`),
  offered: 'timeout',
};

const workflow: Language = {
  head: [
    'name: Generated',
    'run-name: As many steps as wanted, each of them small.',
    'on: { workflow_dispatch: { inputs: { part: { type: string, required: true }, depth: { type: string } } } }',
    'env: { LEVEL: low }',
    'jobs:',
    '  main:',
    '    runs-on: ubuntu-latest',
    '    steps:',
  ],
  indent: '      ',
  timeout: (key) => (key === 'right' ? 'timeout-minutes: 5' : `${typo}: 5`),
  offered: 'timeout-minutes',
};

/** Seven lines without a `'`; every second one in another style, each with a reference to an input and, but for the first, to the step before. */
function step(number: number, { indent, timeout }: Language, key: 'right' | 'wrong'): string[] {
  const id = (of: number) => `step-${String(of).padStart(5, '0')}`;
  const before = number > 1 ? `steps.${id(number - 1)}.outcome` : 'inputs.depth';
  const lines =
    number % 2 === 1
      ? [
          `- id: ${id(number)}`,
          `  name: Look at part ${number}`,
          '  env:',
          '    PART: ${{ inputs.part }}',
          `    BEFORE: \${{ ${before} }}`,
          `  ${timeout(key)}`,
          '  run: echo "$PART $BEFORE"',
        ]
      : [
          `- id: ${id(number)}`,
          `  name: Change part ${number}`,
          `  if: ${before} != inputs.depth`,
          '  env: { PART: "${{ inputs.part }}" }',
          '  shell: bash',
          `  ${timeout(key)}`,
          '  run: echo "$PART"',
        ];
  return lines.map((line) => `${indent}${line}`);
}

function generate(steps: number, language: Language): Generated {
  const middle = Math.floor(steps / 2);
  const wrong = new Set([3, middle, steps]);
  const numbers = Array.from({ length: steps }, (_, index) => index + 1);
  const lines = [...language.head, ...numbers.flatMap((number) => step(number, language, wrong.has(number) ? 'wrong' : 'right'))];
  const character = language.indent.length + 2;
  const at = (number: number, line: number): Position => ({
    line: language.head.length + (number - 1) * stepLines + line,
    character,
  });
  return {
    text: `${lines.join('\n')}\n`,
    lines: lines.length,
    planted: { near: at(3, timeoutLine), middle: at(middle, timeoutLine), far: at(steps, timeoutLine) },
    name: { ...at(middle, nameLine), character: character + 'name: '.length },
    hover: at(middle + 1, runLine),
    offered: language.offered,
  };
}

export const generatedRunbook = (steps: number): Generated => generate(steps, runbook);
export const generatedWorkflow = (steps: number): Generated => generate(steps, workflow);
