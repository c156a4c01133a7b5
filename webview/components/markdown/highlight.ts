import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';
import yaml from 'highlight.js/lib/languages/yaml';
import './highlight.css';

// What answers are about; their usual other names (sh, yml, py) come with them.
for (const [name, language] of Object.entries({ bash, json, python, sql, yaml })) highlighter.registerLanguage(name, language);
highlighter.registerAliases(['shell', 'zsh', 'console'], { languageName: 'bash' });
highlighter.registerAliases(['runbook'], { languageName: 'yaml' });

/** Characters; what is longer stays as it is. */
const longest = 50_000;

/** Colours the text of an element in place. What the highlighter writes is taken over as text and kinds of tokens alone. */
export function highlight(element: Element, name: string): void {
  const text = element.textContent ?? '';
  if (text.length > longest || highlighter.getLanguage(name) === undefined) return;
  const { value } = highlighter.highlight(text, { language: name, ignoreIllegals: true });
  const made = new DOMParser().parseFromString(value, 'text/html').body;
  // Nothing of an answer may be lost or added by colouring it.
  if (made.textContent === text) element.replaceChildren(...copies(made));
}

function copies(from: Element): Node[] {
  return [...from.childNodes].map((node) => {
    if (!(node instanceof Element)) return document.createTextNode(node.textContent ?? '');
    const span = document.createElement('span');
    span.className = [...node.classList].filter((name) => /^hljs-[a-z]+$/.test(name)).join(' ');
    span.append(...copies(node));
    return span;
  });
}
