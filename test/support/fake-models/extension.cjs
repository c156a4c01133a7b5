// A fake language model for VS Code: it answers what FAKE_MODEL_ANSWERS (a JSON file) says and appends each request to FAKE_MODEL_LOG.
const { appendFileSync, readFileSync } = require('node:fs');
const vscode = require('vscode');

const information = {
  id: 'fake-1',
  name: 'Fake One',
  family: 'fake',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 4000,
  capabilities: { toolCalling: true },
  isUserSelectable: true,
  isDefault: true,
};

exports.activate = async (context) => {
  const textOf = (content) => content.map((part) => (typeof part.value === 'string' ? part.value : '')).join('');
  const resultsOf = (content) => content.filter((part) => part instanceof vscode.LanguageModelToolResultPart);
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('fake', {
      provideLanguageModelChatInformation: () => [information],
      provideLanguageModelChatResponse: async (_model, messages, options, progress) => {
        const results = messages.flatMap(({ content }) => resultsOf(content));
        const said = messages.map(({ role, content }) => ({
          role: role === 2 ? 'assistant' : 'user',
          text:
            textOf(content) ||
            resultsOf(content)
              .map((part) => textOf(part.content))
              .join('\n'),
        }));
        appendFileSync(process.env.FAKE_MODEL_LOG, `${JSON.stringify(said)}\n`);
        const answer = JSON.parse(readFileSync(process.env.FAKE_MODEL_ANSWERS, 'utf8'));
        // Its calls first, where it was offered tools; with their results it answers.
        if (answer.calls && results.length === 0 && options.tools?.length > 0) {
          for (const [index, { name, input }] of answer.calls.entries())
            progress.report(new vscode.LanguageModelToolCallPart(`call-${index}`, name, input));
          return;
        }
        if (answer.error) throw vscode.LanguageModelError[answer.error]('as the test wants it');
        for (const piece of answer.text.match(/\S+\s*/g)) progress.report(new vscode.LanguageModelTextPart(piece));
      },
      provideTokenCount: async (_model, text) => Math.ceil((typeof text === 'string' ? text : textOf(text.content)).length / 4),
    }),
  );
  // Models are looked for when somebody asks; the window's own chat does not.
  await vscode.lm.selectChatModels({});
};
