import type { HttpRequest } from './input.ts';
import { readUrl } from './input.ts';

export const mostRedirects = 5;

export type Next = { readonly ok: true; readonly request: HttpRequest } | { readonly ok: false; readonly why: string };

/** Header fields that tell another origin nothing about the one who asks. */
const harmless = new Set(['accept', 'accept-language', 'content-language', 'content-type', 'user-agent']);

export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** The request that follows a redirect, by RFC 9110; undefined when there is nowhere to go. To another origin it takes no header that could hold a credential, and no body. */
export function redirected(request: HttpRequest, status: number, location: string | undefined): Next | undefined {
  if (location === undefined) return undefined;
  const url = readUrl(location, request.url);
  if (typeof url === 'string') return { ok: false, why: `it was redirected to an address that is refused: ${url}` };
  const toGet = (status === 303 && request.method !== 'HEAD') || ((status === 301 || status === 302) && request.method === 'POST');
  const body = toGet ? undefined : request.body;
  const sameOrigin = url.origin === request.url.origin;
  if (!sameOrigin && body !== undefined)
    return { ok: false, why: `it was redirected to ${url.origin}, where its body is not sent along; use that address if it is right` };
  const headers = Object.entries(request.headers).filter(([name]) => (sameOrigin && name !== 'host') || harmless.has(name));
  return {
    ok: true,
    request: {
      ...request,
      url,
      method: toGet ? 'GET' : request.method,
      body,
      headers: Object.fromEntries(toGet ? headers.filter(([name]) => !name.startsWith('content-')) : headers),
    },
  };
}
