/** The hash of nothing: the drop-down of the toolkit is made with an empty style attribute, and no other is let through. */
const emptyStyle = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/** The page around the chat: nothing from elsewhere is loaded, and only our script runs. Addresses are those of `asWebviewUri`. */
export function chatHtml(page: {
  readonly nonce: string;
  readonly source: string;
  readonly script: string;
  readonly styles: readonly string[];
}): string {
  const policy = [
    "default-src 'none'",
    `style-src ${page.source} 'unsafe-hashes' '${emptyStyle}'`,
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
