/** The page around the chat: nothing from elsewhere is loaded, and only our script runs. Addresses are those of `asWebviewUri`. */
export function chatHtml(page: {
  readonly nonce: string;
  readonly source: string;
  readonly script: string;
  readonly styles: readonly string[];
}): string {
  const policy = [
    "default-src 'none'",
    // The editor of proposals writes styles into the page. None can load anything: only our fonts may come in, and no picture.
    `style-src ${page.source} 'unsafe-inline'`,
    `font-src ${page.source}`,
    `script-src 'nonce-${page.nonce}'`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Copilot</title>
${page.styles.map((style) => `<link rel="stylesheet" href="${style}">`).join('\n')}
</head>
<body>
<main id="chat"></main>
<script type="module" nonce="${page.nonce}" src="${page.script}"></script>
</body>
</html>
`;
}
