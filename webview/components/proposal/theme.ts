import type { editor } from 'monaco-editor/editor/editor.api.js';

/** Colours of VS Code that the editor has too, under the same names. */
const colours = [
  'foreground',
  'focusBorder',
  'contrastBorder',
  'contrastActiveBorder',
  'descriptionForeground',
  'editor.background',
  'editor.foreground',
  'editor.selectionBackground',
  'editorLineNumber.foreground',
  'editorLineNumber.activeForeground',
  'editorWidget.background',
  'editorWidget.border',
  'diffEditor.insertedTextBackground',
  'diffEditor.removedTextBackground',
  'diffEditor.insertedLineBackground',
  'diffEditor.removedLineBackground',
  'diffEditor.insertedTextBorder',
  'diffEditor.removedTextBorder',
  'diffEditor.unchangedRegionBackground',
  'diffEditor.unchangedRegionForeground',
  'diffEditor.unchangedCodeBackground',
  'scrollbarSlider.background',
  'scrollbarSlider.hoverBackground',
  'scrollbarSlider.activeBackground',
] as const;

const bases: Readonly<Record<string, editor.BuiltinTheme>> = {
  'vscode-light': 'vs',
  'vscode-dark': 'vs-dark',
  'vscode-high-contrast': 'hc-black',
  'vscode-high-contrast-light': 'hc-light',
};

/** The editor's theme out of what VS Code tells the page; the colours of tokens are those of the kind of theme. */
export function editorTheme(body: HTMLElement): editor.IStandaloneThemeData {
  const style = getComputedStyle(body);
  const given = colours.flatMap((name): [string, string][] => {
    const colour = hex(style.getPropertyValue(`--vscode-${name.replace('.', '-')}`).trim());
    return colour === undefined ? [] : [[name, colour]];
  });
  return { base: bases[body.dataset.vscodeThemeKind ?? ''] ?? 'vs-dark', inherit: true, rules: [], colors: Object.fromEntries(given) };
}

/** `#rrggbb` or `#rrggbbaa`: the editor knows no other form. */
export function hex(colour: string): string | undefined {
  if (/^#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(colour)) return colour;
  const [red, green, blue, alpha = '1'] =
    /^rgba?\(([^)]*)\)$/i
      .exec(colour)?.[1]
      ?.split(/[\s,/]+/)
      .filter(Boolean) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const channels = [Number(red), Number(green), Number(blue), Number(alpha) * 255];
  if (channels.some((channel) => !(channel >= 0 && channel <= 255))) return undefined;
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
