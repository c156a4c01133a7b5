import { dataAction, textOf, textsOf, wrongInput } from '../action.ts';
import { pathOf, writeFileWhole } from '../files.ts';
import { html } from '../report/html.ts';
import { markdown } from '../report/markdown.ts';
import { readReport } from '../report/model.ts';

const action = 'data/report_export';

/** All forms are made before the first file is written. */
export const reportExport = dataAction(action, async (input, context) => {
  const paths = Array.isArray(input.path) ? textsOf(input.path) : [textOf(input.path)];
  const wrong = paths.find((path) => !/\.(?:html?|md)$/i.test(path));
  if (wrong !== undefined) throw wrongInput(action, `path ${wrong} ends neither in .html nor in .md`);
  const report = await readReport(input, context, new Date().toISOString());
  const texts: { path: string; text: string }[] = [];
  for (const path of paths) texts.push({ path, text: /\.md$/i.test(path) ? markdown(report) : await html(report) });
  let bytes = 0;
  for (const { path, text } of texts) {
    const written = await writeFileWhole(pathOf(path, context), path, (write) => write(text));
    bytes += written.bytes;
    context.log(`${path}: ${written.bytes} bytes`);
  }
  return { outputs: { paths: paths.map((path) => pathOf(path, context)), path: pathOf(paths[0] ?? '', context), bytes } };
});
