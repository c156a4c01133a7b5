import assert from 'node:assert/strict';
import { chatHtml } from './html.ts';

describe('the page of the chat', () => {
  const html = chatHtml({ nonce: 'N1', source: 'https://src', script: 'https://src/chat.js', styles: ['https://src/a.css'] });

  it('runs our script alone and loads nothing from elsewhere', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'nonce-N1'(?:;|$)/);
    assert.doesNotMatch(policy, /unsafe-eval|connect-src|img-src|worker-src|\*/);
    assert.doesNotMatch(policy.replace(/style-src [^;]*/, ''), /unsafe-inline/);
  });

  it('has no script without the nonce', () => {
    const scripts = html.match(/<script\b[^>]*>/g) ?? [];
    assert.equal(scripts.length, 1);
    assert.match(scripts[0] ?? '', /nonce="N1" src="https:\/\/src\/chat\.js"/);
  });
});
